import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { createSourceHttp, type HttpLimits } from '../../../src/sources/kit/http.ts';
import { runSource } from '../../../src/sources/run.ts';
import { sendJson, startServer } from '../../fakes/fixture-server.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { ADAPTERS, failuresOf, mainJobOf } from './fixture.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const SECRET = 'key-that-must-not-leak';

interface Outcome {
  batch: SourceBatch;
  requests: number;
  paths: string[];
  /** Everything that could reach a log or a chat. */
  told: string;
}

async function against(
  adapter: (typeof ADAPTERS)[number],
  respond: (response: ServerResponse) => void,
  options: { limits?: Partial<HttpLimits>; signal?: AbortSignal; runs?: number } = {},
): Promise<Outcome> {
  const server = await startServer((_request, response) => respond(response), `/${SECRET}`);
  const clock = new InstantClock(NOW);
  const log = new RecordingLogger();
  const signal = options.signal ?? new AbortController().signal;
  try {
    const http = createSourceHttp({
      source: adapter.id,
      baseUrl: server.baseUrl,
      budget: adapter.budget,
      clock,
      log,
      random: () => 0.5,
      signal,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    const context = { http, now: () => clock.now(), signal, log, settings: {} };
    let batch = await runSource(adapter, mainJobOf(adapter), context);
    for (let run = 1; run < (options.runs ?? 1); run += 1) {
      batch = await runSource(adapter, mainJobOf(adapter), context);
    }
    const told = JSON.stringify([batch, log.lines]);
    const paths = server.requests.map(({ path }) => path);
    return { batch, requests: paths.length, paths, told };
  } finally {
    await server.close();
  }
}

function reasonsOf(batch: SourceBatch): string[] {
  return [...new Set(batch.gaps.map((gap) => gap.reason))];
}

const MARKET_KINDS = ['funding', 'market', 'open-interest'];

describe.each(ADAPTERS.map((adapter) => ({ id: adapter.id, adapter })))('$id', ({ adapter }) => {
  const kinds = adapter.kind === 'exchange' ? MARKET_KINDS : ['position'];

  function expectNothingBut(outcome: Outcome, reason: string): void {
    expect(outcome.batch.observations).toEqual([]);
    expect(reasonsOf(outcome.batch)).toEqual([reason]);
    const wanted = new Set(outcome.batch.gaps.map((gap) => gap.wanted));
    expect([...wanted].toSorted()).toEqual(kinds);
    expect(outcome.told).not.toContain(SECRET);
    expect(outcome.told).not.toContain('127.0.0.1');
    expect(outcome.told).not.toContain('http://');
  }

  test.each(failuresOf(adapter))('$name becomes a $reason gap', async (failure) => {
    const outcome = await against(adapter, (response) => {
      response.writeHead(failure.status, failure.headers);
      response.end(failure.body);
    });
    expectNothingBut(outcome, failure.reason);
    // Bodies are the venue's own text and may quote anything.
    if (failure.body.length > 10) expect(outcome.told).not.toContain(failure.body.slice(0, 40));
  });

  test('a web page with status 200 is a bad payload, asked for once', async () => {
    const outcome = await against(adapter, (response) => response.end('<html>Maintenance</html>'));
    expectNothingBut(outcome, 'bad-payload');
    expect(outcome.told).not.toContain('Maintenance');
  });

  test('a web page with status 502 is unavailability and is retried', async () => {
    const outcome = await against(adapter, (response) => {
      response.writeHead(502, { 'Content-Type': 'text/html' });
      response.end('<html>Bad gateway</html>');
    });
    expectNothingBut(outcome, 'unavailable');
    expect(outcome.requests).toBeGreaterThanOrEqual(3);
  });

  test('a redirect is not followed', async () => {
    const outcome = await against(adapter, (response) => {
      response.writeHead(302, { Location: `/${SECRET}/elsewhere` });
      response.end();
    });
    expectNothingBut(outcome, 'unavailable');
    expect(outcome.paths).not.toContain('/elsewhere');
  });

  test.each(['plain', 'gzip'] as const)(
    'an answer that is too large (%s) is refused',
    async (how) => {
      const body = JSON.stringify([' '.repeat(200_000)]);
      const outcome = await against(
        adapter,
        (response) => {
          response.writeHead(200, how === 'gzip' ? { 'Content-Encoding': 'gzip' } : {});
          response.end(how === 'gzip' ? gzipSync(body) : body);
        },
        { limits: { maxBodyBytes: 100_000 } },
      );
      expectNothingBut(outcome, 'bad-payload');
      expect(outcome.told).toContain('too large');
    },
  );

  test.each(['silent', 'dribbling'] as const)('a %s server is a timeout', async (how) => {
    const timers: NodeJS.Timeout[] = [];
    const outcome = await against(
      adapter,
      (response) => {
        if (how === 'silent') return;
        response.writeHead(200);
        timers.push(setInterval(() => response.write(' '), 10));
      },
      { limits: { timeoutMs: 60, maxTries: 1 } },
    );
    for (const timer of timers) clearInterval(timer);
    expectNothingBut(outcome, 'timeout');
  });

  test('a connection that breaks is unavailability', async () => {
    const outcome = await against(adapter, (response) => response.destroy());
    expectNothingBut(outcome, 'unavailable');
  });

  test('an abort ends the run with the reason given', async () => {
    const controller = new AbortController();
    const reason = new Error('stopping');
    const run = against(adapter, () => controller.abort(reason), { signal: controller.signal });
    await expect(run).rejects.toBe(reason);
  });

  test('a ban is respected: no request is made until it is over', async () => {
    const ban = { status: 418, retryAfter: '600' };
    const respond = (response: ServerResponse) => {
      response.writeHead(ban.status, { 'Retry-After': ban.retryAfter });
      response.end('{}');
    };
    const once = await against(adapter, respond);
    const twice = await against(adapter, respond, { runs: 2 });
    expect(twice.requests).toBe(once.requests);
    expectNothingBut(twice, 'rate-limited');
  });

  test('a venue that is down is left alone after a few attempts', async () => {
    const respond = (response: ServerResponse) => sendJson(response, {}, 503);
    const outcome = await against(adapter, respond, { runs: 20 });
    expect(outcome.requests).toBeLessThan(20);
    expectNothingBut(outcome, 'unavailable');
  });
});
