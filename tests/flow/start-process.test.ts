import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type MarketServer, startMarket } from '../../demo/market/server.ts';
import { findEpisode } from '../../demo/report.ts';
import { STORY } from '../../demo/scenarios/build-up.ts';
import { cascade } from '../../demo/scenarios/cascade.ts';
import { MINUTE_MS, type Scenario } from '../../demo/scenarios/scenario.ts';
import { tempFolder } from '../fakes/temp-store.ts';
import { countCopies } from './support/printed-alerts.ts';
import { startProcess } from './support/real-process.ts';
import { readStored } from './support/stored-messages.ts';

/** The cascade story from shortly before its top. */
const BEGIN_MS = STORY.shockAtMs - 45 * MINUTE_MS;
const story: Scenario = {
  ...cascade,
  forcing: (asset, elapsedMs) => cascade.forcing(asset, elapsedMs + BEGIN_MS),
  shocks: cascade.shocks.map((shock) => ({ ...shock, afterMs: shock.afterMs - BEGIN_MS })),
};
const STOP_WITHIN_MS = 10_000;

/**
 * The story at a speed at which it is soon told, and before the news comes at one that a machine
 * with a lot to do can follow.
 */
async function startStory() {
  const startAt = Date.UTC(2026, 10, 24, 12);
  const market = await startMarket({ port: 0, speed: 200, scenario: story, seed: 1, startAt });
  const newsAt = startAt + STORY.shockAtMs - BEGIN_MS;
  const brake = setInterval(() => {
    if (market.clock.now() < newsAt - 12 * MINUTE_MS) return;
    market.control({ speed: 20 });
    clearInterval(brake);
  }, 20);
  const letGo = () => clearInterval(brake);
  onTestFinished(async () => {
    letGo();
    await market.close();
  });
  return { market, letGo };
}

async function startService(market: MarketServer) {
  const folder = await tempFolder();
  const database = join(folder, 'watch.db');
  const config = join(folder, 'config.yaml');
  await writeFile(config, `console: { chartsFolder: ${join(folder, 'charts')} }\n`);
  const service = startProcess(['start'], {
    SOURCES_BASE_URL: market.url,
    CONFIG_FILE: config,
    DATABASE_URL: database,
    HTTP_PORT: '0',
  });
  return { service, database };
}

function episodeOf(market: MarketServer) {
  const ether = market.truth('ETH').assets[0];
  return ether === undefined ? undefined : findEpisode(ether);
}

it('the real process warns a subscriber of the console before the cascade, and stops cleanly', async () => {
  const { market, letGo } = await startStory();
  const { service, database } = await startService(market);
  service.type('/subscribe ETH high both');
  await service.until(() => service.stdout().includes('• ETH: high or worse, down and up'));

  await service.until(() => service.stdout().includes('ETH down: HIGH'));
  const warnedAt = market.clock.now();
  expect(episodeOf(market)).toBeUndefined();

  expect(await service.ask('/healthz', (_, status) => status === 200)).toBe('alive\n');
  const readiness = await service.ask('/readyz', (_, status) => status === 200);
  expect(JSON.parse(readiness)).toMatchObject({
    ready: true,
    problems: [],
    platforms: { console: 'connected' },
  });
  const metrics = await service.ask('/metrics', (text) =>
    /^cascade_watch_outbox_messages\{state="sent"\} [1-9]/m.test(text),
  );
  expect(metrics).toMatch(/^cascade_watch_score\{asset="ETH",side="down"\} (6[5-9]|[7-9]\d)/m);

  const askedAt = performance.now();
  service.signal('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - askedAt).toBeLessThan(STOP_WITHIN_MS);

  // On a machine with a lot to do there may be more to tell, of worse or of a source that is late.
  const { messages } = readStored(database);
  const warning = messages.find(
    ({ kind, groupId }) => kind === 'raise' && /^ETH-down/.test(groupId),
  );
  expect(warning).toMatchObject({ state: 'sent', severity: 2 });
  for (const { state, doc } of messages) {
    expect(countCopies(service.stdout(), doc), doc.title).toBe(state === 'sent' ? 1 : 0);
  }

  // What it was warned of does come, and only then.
  letGo();
  market.control({ speed: 20_000 });
  const episode = await expect
    .poll(() => episodeOf(market), { timeout: 20_000 })
    .toMatchObject({ cascadeStartAt: expect.any(Number) })
    .then(() => episodeOf(market));
  expect(episode?.forcedUsd).toBeGreaterThan(1e8);
  expect(episode?.cascadeStartAt).toBeGreaterThan(warnedAt);
}, 60_000);

it('a terminal that goes away ends no service: it goes on watching, and says so', async () => {
  const { market } = await startStory();
  const { service, database } = await startService(market);
  service.type('subscribe ETH elevated both');
  service.closeTerminal();
  await service.until(() => service.stderr().includes('"msg":"terminal closed"'));
  await service.ask('/metrics', (text) =>
    text.includes('cascade_watch_deliveries_total{platform="console",outcome="retry"}'),
  );
  service.signal('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
  // What could not be printed waits for the next start, and the chat is still a subscriber.
  const { messages, subscriptions } = readStored(database);
  const states = new Set(messages.map(({ state }) => state));
  expect(states).toContain('pending');
  expect([...states].filter((state) => state !== 'superseded')).toEqual(['pending']);
  expect(subscriptions).toEqual(['ETH level:elevated']);
}, 60_000);
