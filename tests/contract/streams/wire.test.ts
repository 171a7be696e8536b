import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamDefinition } from '../../../src/sources/kit/stream.ts';
import { STREAM_LIMITS, type StreamLimits } from '../../../src/sources/stream/limits.ts';
import { createVenueStream } from '../../../src/sources/stream/stream.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { definitionOf, makeFeed, watched } from '../../fakes/stream-feeds.ts';
import { type StreamServer, startStreamServer } from '../../fakes/stream-server.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { rounded } from '../sources/fixture.ts';
import { findStreams } from './fixture.ts';

const STREAMS = await findStreams();
const SECRET = 'key-that-must-not-leak';
const NOW = Date.UTC(2026, 10, 1);

let cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  const tasks = cleanUp;
  cleanUp = [];
  for (const one of tasks) await one();
});

/** Real sockets, and a clock that stands still unless told. */
async function openBench(
  definition: StreamDefinition,
  options: { limits?: Partial<StreamLimits>; now?: number; source?: string; deflate?: true } = {},
) {
  const server = await startStreamServer(`/${SECRET}`, options.deflate);
  const clock = new VirtualClock(options.now ?? NOW);
  const log = new RecordingLogger();
  const controller = new AbortController();
  const stream = createVenueStream({
    ...{ definition, clock, log, wsUrl: server.url, signal: controller.signal },
    source: options.source ?? 'venue',
    random: () => 1,
    limits: options.limits ?? {},
  });
  cleanUp.push(async () => {
    controller.abort();
    await stream.done;
    await server.close();
  });
  const told = () => JSON.stringify([log.lines, stream.status()]);
  const feed = () => stream.status().feeds[0];
  return { server, clock, log, stream, controller, told, feed };
}

/** Waits for what real sockets bring, in turns of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3_000_000; turn += 1) {
    if (holds()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came true');
}

function firstClient(server: StreamServer) {
  const [client] = server.clients;
  if (client === undefined) throw new Error('nobody connected');
  return client;
}

describe.each(STREAMS)('$id over a real socket', ({ definition, feeds, fixture, id }) => {
  test('dials its paths, subscribes in order and reads what comes', async () => {
    const { clock, server, stream, told } = await openBench(definition, {
      source: id,
      now: fixture.now,
      deflate: true,
    });
    // Without refusals: those end the connection.
    const good = fixture.frames.filter((one) => one.refused === undefined);
    server.onClient((client) => {
      const feed = feeds.find(({ path }) => path === client.path);
      for (const one of good.filter((frame) => frame.feed === feed?.name)) {
        const text = JSON.stringify(one.frame);
        client.send(feed?.gzip === true ? gzipSync(text) : text);
      }
    });
    stream.watch(fixture.instruments as never);
    const frames = () => stream.status().feeds.reduce((sum, one) => sum + one.messages, 0);
    await until(() => frames() === good.length);
    const pausesMs = feeds.map((one) => (one.subscribeEveryMs ?? 0) * one.subscribe.length);
    await clock.advance(Math.max(...pausesMs));
    const replies = good.flatMap((one) => one.replies ?? []);
    const asked = feeds.flatMap((one) => one.subscribe);
    const received = () => server.clients.flatMap((client) => client.received);
    await until(() => received().length >= replies.length + asked.length);
    for (const feed of feeds) {
      const client = server.clients.find(({ path }) => path === feed.path);
      expect(client?.received.filter((text) => feed.subscribe.includes(text))).toEqual(
        feed.subscribe,
      );
      for (const [name, value] of Object.entries(feed.headers ?? {})) {
        expect(client?.headers[name.toLowerCase()]).toBe(value);
      }
    }
    expect(
      received()
        .filter((text) => replies.includes(text))
        .toSorted(),
    ).toEqual(replies.toSorted());
    const wanted = good.flatMap((one) => one.liquidations ?? []);
    expect(rounded(sorted(stream.drainLiquidations().events))).toEqual(rounded(sorted(wanted)));
    const marks = new Map(
      good.flatMap((one) => one.marks ?? []).map((one) => [one.instrument, one]),
    );
    expect(rounded(sorted(stream.drain()))).toEqual(rounded(sorted([...marks.values()])));
    expect(told()).not.toContain(SECRET);
  });
});

function sorted(events: readonly object[]): object[] {
  return events.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('a venue', () => {
  test.each([
    { status: 451, state: 'refused', waitMs: 60_000 },
    { status: 403, state: 'refused', waitMs: 60_000 },
    { status: 302, state: 'refused', waitMs: 60_000 },
    { status: 404, state: 'refused', waitMs: 60_000 },
    { status: 200, state: 'waiting', waitMs: 1_000 },
    { status: 503, state: 'waiting', waitMs: 1_000 },
    { status: 429, state: 'waiting', waitMs: 77_000, headers: { 'Retry-After': '77' } },
  ])(
    'that answers the handshake with HTTP $status is $state',
    async ({ headers = {}, state, status, waitMs }) => {
      const { clock, feed, server, stream, told } = await openBench(definitionOf(makeFeed()));
      const location = { Location: `ws://127.0.0.1:1/${SECRET}` };
      server.fault({ kind: 'status', status, headers: { ...headers, ...location } });
      stream.watch(watched('BTC'));
      await until(() => feed()?.state === state);
      expect(feed()?.until).toBe(clock.now() + waitMs);
      expect(feed()?.reason).toContain(`HTTP ${status}`);
      expect(server.handshakes).toBe(1);
      expect(told()).not.toContain(SECRET);
      expect(told()).not.toContain('127.0.0.1');
    },
  );

  test('that is not there at all is told by its code alone', async () => {
    const { feed, server, stream, told } = await openBench(definitionOf(makeFeed()));
    await server.close();
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'waiting');
    expect(feed()?.reason).toBe('connection failed (ECONNREFUSED)');
    expect(told()).not.toContain('127.0.0.1');
  });

  test('that cuts the handshake, or never answers it, is dialled again', async () => {
    const { clock, feed, server, stream } = await openBench(definitionOf(makeFeed()));
    server.fault({ kind: 'drop' });
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'waiting');
    server.fault({ kind: 'hang' });
    await clock.advance(1_000);
    await until(() => server.handshakes === 2);
    await clock.advance(15_000);
    expect(feed()).toMatchObject({ state: 'waiting', reason: 'no handshake in time' });
    server.fault(undefined);
    server.onClient((client) => client.send('{"mark":["BTC",1]}'));
    await clock.advance(2_000);
    await until(() => feed()?.state === 'live');
    expect(feed()).toMatchObject({ reconnects: 2 });
  });

  test('that shakes hands and stays silent raises the alarm', async () => {
    const { clock, feed, server, stream } = await openBench(definitionOf(makeFeed()));
    stream.watch(watched('BTC'));
    await until(() => server.clients.length === 1 && firstClient(server).received.length === 1);
    await clock.advance(20_000);
    expect(feed()).toMatchObject({ state: 'silent' });
    await until(() => !firstClient(server).isOpen());
  });

  test.each([1000, 1001, 1008, 1012, 1013, 4000])(
    'that closes with %i is dialled again',
    async (code) => {
      const { clock, feed, server, stream } = await openBench(definitionOf(makeFeed()));
      server.onClient((client) => client.close(code));
      stream.watch(watched('BTC'));
      await until(() => feed()?.state === 'waiting');
      expect(feed()?.reason).toBe(`the connection was closed (${code})`);
      server.onClient((client) => client.send('{"mark":["BTC",1]}'));
      await clock.advance(1_000);
      await until(() => feed()?.state === 'live');
    },
  );

  test('that is cut off in the middle is dialled again', async () => {
    const { feed, server, stream } = await openBench(definitionOf(makeFeed()));
    server.onClient((client) => client.send('{"mark":["BTC",1]}'));
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'live');
    firstClient(server).cut();
    await until(() => feed()?.state === 'waiting');
  });

  test('that pings is answered', async () => {
    const { server, stream } = await openBench(definitionOf(makeFeed()));
    server.onClient((client) => client.ping());
    stream.watch(watched('BTC'));
    await until(() => server.clients.length === 1 && firstClient(server).pongs === 1);
  });

  test('that sends rubbish costs the rubbish only', async () => {
    const { feed, server, stream, told } = await openBench(definitionOf(makeFeed()));
    server.onClient((client) => {
      for (const text of ['<html>', '', '{', Buffer.from([0, 255, 1]), 'null', '[[]]', '"x"']) {
        client.send(text);
      }
      client.send('{"mark":["BTC",1]}');
    });
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'live');
    expect(feed()).toMatchObject({ messages: 8, events: 1 });
    expect(feed()?.dropped).toBeGreaterThanOrEqual(4);
    expect(told()).not.toContain('html');
    expect(stream.drain()).toHaveLength(1);
  });

  test.each(['plain', 'packed'])('that sends a huge frame (%s) is hung up on', async (how) => {
    const limits = { maxFrameBytes: 50_000 };
    const feedGiven = makeFeed({ gzip: how === 'packed' });
    const { feed, server, stream } = await openBench(definitionOf(feedGiven), { limits });
    const huge = JSON.stringify({ hello: ' '.repeat(200_000) });
    server.onClient((client) => client.send(how === 'packed' ? gzipSync(huge) : huge));
    stream.watch(watched('BTC'));
    if (how === 'packed') {
      await until(() => feed()?.dropped === 1);
      expect(feed()?.dropSamples).toEqual(['a frame that is not gzip, or too large']);
    } else {
      await until(() => feed()?.state === 'waiting');
      expect(feed()?.reason).toBe('a frame is too large');
    }
  });

  test('that refuses half of the subscriptions is listened to for the other half', async () => {
    const feedGiven = makeFeed({ subscribe: ['good', 'bad'] });
    const { feed, server, stream } = await openBench(definitionOf(feedGiven));
    server.onClient((client) => {
      client.send('{"refuse":"unsupported"}');
      client.send('{"mark":["BTC",1]}');
    });
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'live');
    expect(feed()).toMatchObject({ refusals: 1, state: 'live' });
  });

  test('that is stopped is left at once', async () => {
    const { controller, feed, server, stream } = await openBench(definitionOf(makeFeed()));
    server.onClient((client) => client.send('{"mark":["BTC",1]}'));
    stream.watch(watched('BTC'));
    await until(() => feed()?.state === 'live');
    controller.abort();
    await stream.done;
    await until(() => !firstClient(server).isOpen());
  });
});

test('a flood of 100,000 frames that nobody drains stays within the bounds, and is read whole', async () => {
  const frames = 100_000;
  const limits = { maxMarks: 100, maxLiquidations: 1_000 };
  const { feed, server, stream } = await openBench(definitionOf(makeFeed()), { limits });
  server.onClient((client) => {
    for (let count = 0; count < frames; count += 1) {
      client.send(count % 2 === 0 ? `{"mark":["C${count % 400}",${count}]}` : '{"closed":2}');
    }
  });
  stream.watch(watched('BTC'));
  let mostWaiting = 0;
  await until(() => {
    const { events, messages } = feed() ?? { events: 0, messages: 0 };
    mostWaiting = Math.max(mostWaiting, messages - events);
    return events === frames;
  });
  expect(mostWaiting).toBeLessThanOrEqual(STREAM_LIMITS.pauseAtFrames * 4);
  expect(feed()).toMatchObject({ messages: frames, framesLost: 0, state: 'live' });
  expect(stream.drain()).toHaveLength(100);
  expect(stream.status()).toMatchObject({ marksRefused: 25_000, liquidationsLost: 49_000 });
  const { events, lost, lostUsd } = stream.drainLiquidations();
  expect(events).toHaveLength(1_000);
  expect({ lost, lostUsd }).toEqual({ lost: 49_000, lostUsd: 98_000 });
});
