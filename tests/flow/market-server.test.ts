import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MarketServer, startMarket } from '../../demo/market/server.ts';
import type { Truth } from '../../demo/market/truth.ts';
import { createMarketClock, probeMarketClock } from '../../src/market-clock.ts';
import { EXCHANGES } from '../../src/sources/exchanges.gen.ts';
import type {
  ExchangeAdapter,
  FetchContext,
  LendingAdapter,
} from '../../src/sources/kit/define.ts';
import { createSourceHttp } from '../../src/sources/kit/http.ts';
import { LENDING } from '../../src/sources/lending.gen.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
import { seededRandom } from '../fakes/seeded-random.ts';

const START = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;

let market: MarketServer;
const stop = new AbortController();

beforeAll(async () => {
  market = await startMarket({
    port: 0,
    speed: 1,
    scenario: 'quiet',
    seed: 4,
    startAt: START,
    historyDays: 10,
  });
});

afterAll(async () => {
  stop.abort();
  await market.close();
});

function contextFor(adapter: ExchangeAdapter | LendingAdapter, settings = {}): FetchContext {
  const log = new RecordingLogger();
  const clock = { now: () => market.clock.now(), sleep: () => Promise.resolve() };
  const http = createSourceHttp({
    source: adapter.id,
    baseUrl: `${market.url}/${adapter.id}`,
    budget: { weightPerMinute: 1e9, published: 'none' },
    clock,
    log,
    random: seededRandom(1),
    signal: stop.signal,
    limits: { maxTries: 1, timeoutMs: 300 },
  });
  return { http, now: clock.now, signal: stop.signal, log, settings };
}

function exchange(id: string): ExchangeAdapter {
  const adapter = EXCHANGES.find((entry) => entry.id === id);
  if (adapter === undefined) throw new Error(`no adapter ${id}`);
  return adapter;
}

function control(body: unknown): Promise<Response> {
  return fetch(`${market.url}/control`, { method: 'POST', body: JSON.stringify(body) });
}

/** Published by a venue on one asset, as the simulator knows it. */
function truthOf(truth: Truth, asset: string, venue: string, instrument: string) {
  const positions = truth.assets
    .filter((entry) => entry.asset === asset)
    .flatMap((entry) => entry.positions)
    .filter((entry) => entry.venue === venue && entry.instrument === instrument);
  const longs = positions.filter((entry) => entry.side === 'long');
  return {
    sizeBase: longs.reduce((sum, entry) => sum + entry.sizeBase, 0),
    usd: longs.reduce((sum, entry) => sum + entry.notionalUsd, 0),
  };
}

describe.each(['binance-usdm', 'bybit', 'hyperliquid'])('%s through its real adapter', (id) => {
  it('gives the open interest the simulator knows, one-sided and per single coin', async () => {
    market.clock.pause();
    const batch = await exchange(id).fetchSnapshot(contextFor(exchange(id)));
    const truth = market.truth();
    market.clock.resume();
    expect(batch.rowsDropped, batch.dropSamples.join()).toBe(0);
    expect(batch.gaps).toEqual([]);
    const interest = batch.observations.filter((entry) => entry.kind === 'open-interest');
    expect(new Set(interest.map((entry) => entry.asset))).toEqual(
      new Set(truth.assets.map((entry) => entry.asset)),
    );
    for (const { asset, instrument, openInterestBase, openInterestUsd } of interest) {
      const known = truthOf(truth, asset, id, instrument);
      expect(openInterestBase / known.sizeBase, instrument).toBeCloseTo(1, 4);
      expect(openInterestUsd / known.usd, instrument).toBeCloseTo(1, 3);
    }
    for (const entry of batch.observations) {
      if (entry.kind !== 'market') continue;
      const price = truth.assets.find((known) => known.asset === entry.asset)?.priceUsd ?? 0;
      expect(entry.markPriceUsd / price, entry.instrument).toBeCloseTo(1, 2);
      expect(entry.volume24hUsd).toBeGreaterThan(1e6);
    }
    const funding = batch.observations.filter((entry) => entry.kind === 'funding');
    expect(funding).toHaveLength(interest.length);
  });

  it('gives books that reach 1 % with more resting farther out', async () => {
    const assets = ['BTC', 'ETH', 'SOL', 'XRP', 'LINK'].map((name) => name as never);
    const targets = assets.map((asset) => ({
      instrument: id === 'hyperliquid' ? asset : `${asset}USDT`,
      asset,
    }));
    const batch = await exchange(id).fetchDepth(contextFor(exchange(id)), targets);
    expect(batch.gaps).toEqual([]);
    const books = batch.observations.filter((entry) => entry.kind === 'depth');
    expect(books).toHaveLength(assets.length);
    const within = (book: (typeof books)[number], distance: number) => {
      const level = book.levels.find((entry) => entry.distanceFraction === distance);
      return { bidUsd: level?.bidUsd ?? Number.NaN, askUsd: level?.askUsd ?? Number.NaN };
    };
    const eth = books.find((book) => book.asset === 'ETH');
    expect(eth && within(eth, 0.01).bidUsd).toBeGreaterThan(1e7);
    expect(eth && within(eth, 0.01).askUsd).toBeGreaterThan(1e7);
    // Levels of one book are uneven on purpose; over ten sides of books the sum is not.
    const total = (distance: number) =>
      books.reduce((sum, book) => {
        const { bidUsd, askUsd } = within(book, distance);
        return sum + bidUsd + askUsd;
      }, 0);
    expect(total(0.01)).toBeGreaterThan(1.6 * total(0.005));
  });

  it('gives ten days of hourly history that joins up with the present', async () => {
    const instrument = id === 'hyperliquid' ? 'ETH' : 'ETHUSDT';
    const asset = 'ETH' as never;
    const { hours } = await exchange(id).fetchHistory(
      contextFor(exchange(id)),
      { instrument, asset },
      START - 10 * 24 * HOUR_MS,
      START,
    );
    expect(hours).toHaveLength(240);
    expect(hours.every((hour) => hour.closePriceUsd !== undefined)).toBe(true);
    expect(hours.filter((hour) => hour.fundingAnnualFraction !== undefined).length).toBeGreaterThan(
      200,
    );
    const price = market.truth('ETH').assets[0]?.priceUsd ?? 0;
    expect((hours.at(-1)?.closePriceUsd ?? 0) / price).toBeCloseTo(1, 2);
    if (id !== 'hyperliquid') {
      const known = truthOf(market.truth('ETH'), 'ETH', id, instrument).sizeBase;
      expect((hours.at(-1)?.openInterestBase ?? 0) / known).toBeCloseTo(1, 1);
      expect(hours.filter((hour) => hour.openInterestBase !== undefined).length).toBeGreaterThan(
        237,
      );
    }
  });
});

describe('morpho-blue through its real adapter', () => {
  const [adapter] = LENDING;

  it('gives exactly the borrowers below the wanted health, as the simulator knows them', async () => {
    if (adapter === undefined) throw new Error('no lending adapter');
    market.clock.pause();
    const batch = await adapter.fetchPositions(
      contextFor(adapter, { chains: [1], healthBelow: 1.5, minDebtUsd: 0 }),
    );
    const truth = market.truth();
    market.clock.resume();
    expect(batch.rowsDropped, batch.dropSamples.join()).toBe(0);
    const read = batch.observations.filter((entry) => entry.kind === 'position');
    expect(read.length).toBeGreaterThan(300);
    const loans = truth.assets
      .flatMap((entry) => entry.positions.map((loan) => ({ ...loan, priceUsd: entry.priceUsd })))
      .filter((loan) => loan.venue === 'morpho-blue' && loan.triggerPriceUsd !== undefined);
    const dollarDebts = read.filter((entry) => entry.debt[0]?.token === 'USDC');
    // The oracle lags the price by up to half a percent, so the edge itself is blurred.
    const near = loans.filter((loan) => loan.priceUsd / (loan.triggerPriceUsd ?? 1) < 1.5);
    expect(dollarDebts.length / near.length).toBeCloseTo(1, 1);
    const known = near.reduce((sum, loan) => sum + loan.notionalUsd, 0);
    const debt = dollarDebts.reduce((sum, entry) => sum + (entry.debt[0]?.valueUsd ?? 0), 0);
    expect(debt / known).toBeCloseTo(1, 1);
    // Legs and health agree: collateral x threshold / debt.
    for (const { collateral, debt: debts, healthFactor } of read) {
      const [leg] = collateral;
      const health =
        ((leg?.valueUsd ?? 0) * (leg?.liquidationThresholdFraction ?? 0)) /
        (debts[0]?.valueUsd ?? 1);
      expect(health / (healthFactor ?? 0)).toBeCloseTo(1, 6);
    }
  });
});

describe('faults', () => {
  const adapter = exchange('bybit');
  const reasonOf = async (kind: string) => {
    await control({ fault: { source: 'bybit', kind } });
    const { gaps, observations } = await adapter.fetchSnapshot(contextFor(adapter));
    await control({ fault: { source: 'bybit', kind: 'none' } });
    expect(observations).toEqual([]);
    return new Set(gaps.map((gap) => gap.reason));
  };

  it.each([
    ['timeout', 'timeout'],
    ['429', 'rate-limited'],
    ['html', 'bad-payload'],
    ['500', 'unavailable'],
    ['reset', 'unavailable'],
  ])('%s becomes the gap %s, and heals', async (kind, reason) => {
    expect(await reasonOf(kind)).toEqual(new Set([reason]));
    const healed = await adapter.fetchSnapshot(contextFor(adapter));
    expect(healed.gaps).toEqual([]);
  });

  it('tells how long to stay away with a 429, and fails only the source that was meant', async () => {
    await control({ fault: { source: 'bybit', kind: '429' } });
    const [hit, spared] = await Promise.all([
      fetch(`${market.url}/bybit/v5/market/tickers?category=linear`),
      fetch(`${market.url}/binance-usdm/fapi/v1/premiumIndex`),
    ]);
    expect([hit.status, hit.headers.get('retry-after'), spared.status]).toEqual([429, '5', 200]);
    await control({ fault: { source: 'bybit', kind: 'none' } });
  });

  it('frozen goes on with the numbers and stamps of that moment, also when asked something else', async () => {
    const url = `${market.url}/binance-usdm/fapi/v1`;
    const json = async (path: string) => (await fetch(`${url}${path}`)).json();
    await control({ fault: { source: 'binance-usdm', kind: 'frozen' } });
    const frozen = await json('/premiumIndex');
    await control({ speed: 100_000 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await control({ speed: 1 });
    const truth = market.truth('ETH');
    const [row] = frozen as { time: number }[];
    expect(truth.at - (row?.time ?? truth.at)).toBeGreaterThan(60_000);
    expect(await json('/premiumIndex')).toEqual(frozen);
    expect(await json('/openInterest?symbol=ETHUSDT')).toMatchObject({
      time: row?.time,
    });
    await control({ fault: { source: 'binance-usdm', kind: 'none' } });
    expect(await json('/premiumIndex')).not.toEqual(frozen);
  });
});

describe('the market’s clock', () => {
  it('is served, pauses and goes on, and is followed by the program’s clock', async () => {
    expect(await probeMarketClock(market.url)).toBe(true);
    expect(await probeMarketClock(`${market.url}/clock/none`)).toBe(true);
    const clock = await createMarketClock({ url: market.url, signal: stop.signal });
    await control({ pause: true });
    await clock.resync();
    const held = clock.now();
    expect(clock.speed()).toBe(0);
    expect(await (await fetch(`${market.url}/clock`)).json()).toMatchObject({ speed: 0 });
    expect(clock.now()).toBe(held);
    await control({ resume: true });
    await control({ speed: 1000 });
    await clock.resync();
    const from = clock.now();
    await clock.sleep(20_000);
    expect(clock.now() - from).toBeGreaterThanOrEqual(20_000);
    await clock.resync();
    expect(market.clock.now()).toBeGreaterThanOrEqual(clock.now());
    await control({ speed: 1 });
  });
});

describe('the operator’s side', () => {
  it('refuses commands it does not know, with a reason', async () => {
    const answer = await control({ shock: { asset: 'NOPE', fraction: 0.1 } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: 'shock.asset is not traded here' });
    expect((await fetch(`${market.url}/nothing`)).status).toBe(404);
  });

  it('carries out a shock and keeps it in the record', async () => {
    await control({ pause: true });
    await control({ shock: { asset: 'LINK', fraction: 0.06, durationMs: 60_000 } });
    await control({ resume: true });
    await control({ speed: 100_000 });
    await new Promise((resolve) => setTimeout(resolve, 3));
    await control({ speed: 1 });
    const truth = (await (await fetch(`${market.url}/truth?asset=LINK`)).json()) as Truth;
    expect(truth.assets.map((entry) => entry.asset)).toEqual(['LINK']);
    const [shock] = truth.assets[0]?.shocks ?? [];
    expect(shock).toMatchObject({ side: 'down', fraction: expect.closeTo(0.06, 9) });
    expect(truth.assets[0]?.priceUsd).toBeLessThan((shock?.priceBeforeUsd ?? 0) * 0.96);
  });
});
