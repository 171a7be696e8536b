import { beforeAll, describe, expect, it } from 'vitest';
import { openInterest } from '../../../demo/market/perp-market.ts';
import { type AssetTruth, type Truth, tellTruth } from '../../../demo/market/truth.ts';
import { addShock, advanceWorld, createWorld, STEP_MS } from '../../../demo/market/world.ts';
import type { World } from '../../../demo/market/world-state.ts';
import { findEpisode } from '../../../demo/report.ts';
import { STORY } from '../../../demo/scenarios/build-up.ts';
import { cascade } from '../../../demo/scenarios/cascade.ts';
import { quiet } from '../../../demo/scenarios/quiet.ts';
import type { Scenario } from '../../../demo/scenarios/scenario.ts';
import { shorts } from '../../../demo/scenarios/shorts.ts';

const START = Date.UTC(2026, 10, 24, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const AFTER_SHOCK = STORY.shockAtMs + 40 * MINUTE_MS;

function worldOf(scenario: Scenario, seed: number, forcedImpact = true): World {
  return createWorld({ seed, scenario, startAt: START, historyDays: 2, forcedImpact });
}

function truthAfter(world: World, elapsedMs: number): Truth {
  advanceWorld(world, START + elapsedMs);
  return tellTruth(world, STEP_MS);
}

function ofAsset(truth: Truth, asset: string): AssetTruth {
  const found = truth.assets.find((entry) => entry.asset === asset);
  if (found === undefined) throw new Error(`no ${asset}`);
  return found;
}

interface Moment {
  ether: AssetTruth;
  presence: number;
  premium: number;
  /** Per contract: what the venue publishes, and the sums of the positions, USD. */
  contracts: { publishedUsd: number; longUsd: number; shortUsd: number }[];
}

/** ETH and all contracts as they are now. */
function look(world: World): Moment {
  const truth = tellTruth(world, STEP_MS);
  const state = world.assets.get('ETH');
  const contracts = [...world.assets.values()].flatMap((asset) =>
    asset.markets.map((market) => {
      const { symbol, venue, inverse } = market.contract;
      const sum = (side: 'long' | 'short') =>
        ofAsset(truth, asset.spec.asset)
          .positions.filter((entry) => entry.venue === venue && entry.instrument === symbol)
          .filter((entry) => entry.side === side)
          .reduce((total, entry) => total + entry.notionalUsd, 0);
      const publishedUsd = openInterest(market) * (inverse ? 1 : market.markPriceUsd);
      return { publishedUsd, longUsd: sum('long'), shortUsd: sum('short') };
    }),
  );
  return {
    ether: ofAsset(truth, 'ETH'),
    presence: state?.makers.presence ?? Number.NaN,
    premium: state?.markets[0]?.averagePremium ?? Number.NaN,
    contracts,
  };
}

describe('the cascade story', () => {
  let calm: Moment;
  let built: Moment;
  let middle: Moment;
  let after: Moment;
  let everything: Truth;
  let late: Moment;

  beforeAll(() => {
    const world = worldOf(cascade, 1);
    const lookAt = (elapsedMs: number): Moment => {
      advanceWorld(world, START + elapsedMs);
      return look(world);
    };
    calm = lookAt(STORY.buildFromMs);
    built = lookAt(STORY.shockAtMs - MINUTE_MS);
    middle = lookAt(STORY.shockAtMs + 2.5 * MINUTE_MS);
    after = lookAt(AFTER_SHOCK);
    everything = tellTruth(world, STEP_MS);
    late = lookAt(STORY.calmAtMs + HOUR_MS);
  });

  it('has a long and a short for every contract, calm and in the middle of it', () => {
    expect(middle.ether.positions.some((entry) => entry.holder === 'engine')).toBe(true);
    for (const { publishedUsd, longUsd, shortUsd } of [...calm.contracts, ...middle.contracts]) {
      expect(longUsd / shortUsd).toBeCloseTo(1, 9);
      expect(publishedUsd / longUsd).toBeCloseTo(1, 9);
    }
  });

  it('liquidates only what the price has reached', () => {
    const all = everything.assets.flatMap((asset) => asset.liquidations);
    expect(all.length).toBeGreaterThan(200);
    const unreached = all.filter((entry) =>
      entry.side === 'long'
        ? entry.priceUsd > entry.triggerPriceUsd
        : entry.priceUsd < entry.triggerPriceUsd,
    );
    expect(unreached).toEqual([]);
  });

  it('builds leverage and funding and loses depth before the shock', () => {
    expect(built.ether.openInterestUsd / calm.ether.openInterestUsd).toBeGreaterThan(1.2);
    expect(built.presence / calm.presence).toBeLessThan(0.7);
    expect(built.premium - calm.premium).toBeGreaterThan(0.0005);
  });

  it('sells perps and loans into the same fall, over minutes', () => {
    const episode = findEpisode(after.ether);
    expect(episode?.forcedUsd).toBeGreaterThan(3e8);
    const lenders = after.ether.liquidations.filter((entry) => entry.venue === 'morpho-blue');
    expect(lenders.length).toBeGreaterThan(5);
    const lastedMs = (episode?.cascadeEndAt ?? 0) - (episode?.cascadeStartAt ?? 0);
    expect(lastedMs).toBeGreaterThan(2 * MINUTE_MS);
    expect(lastedMs).toBeLessThan(30 * MINUTE_MS);
  });

  it('books as forced orders what was taken over or seized', () => {
    const sold = after.ether.minutes.reduce((sum, minute) => sum + minute.forcedSellUsd, 0);
    const takenOver = after.ether.liquidations
      .filter((entry) => entry.side === 'long')
      .reduce((sum, entry) => sum + entry.usd, 0);
    // Sold a little later than taken over, on a falling price: a little less.
    expect(sold / takenOver).toBeGreaterThan(0.93);
    expect(sold / takenOver).toBeLessThan(1.01);
  });

  it('gives part of the fall back afterwards, and gets calm', () => {
    const low = Math.min(...late.ether.minutes.map((minute) => minute.lowUsd));
    expect(late.ether.priceUsd).toBeGreaterThan(low * 1.015);
    const lastHour = late.ether.minutes.slice(-60);
    const forced = lastHour.reduce((sum, minute) => sum + minute.forcedSellUsd, 0);
    expect(forced).toBeLessThan(0.005 * late.ether.openInterestUsd);
  });

  it.each([1, 2])('is more than 1.3 times what it is without the loop (seed %i)', (seed) => {
    const withLoop =
      seed === 1 ? after.ether : ofAsset(truthAfter(worldOf(cascade, seed), AFTER_SHOCK), 'ETH');
    const without = ofAsset(truthAfter(worldOf(cascade, seed, false), AFTER_SHOCK), 'ETH');
    // The same luck and the same shock, with and without forced orders moving the price.
    const fall = (asset: AssetTruth) => -Math.log(1 - (findEpisode(asset)?.endFraction ?? 0));
    expect(fall(without)).toBeGreaterThan(0.03);
    expect(fall(withLoop) / fall(without)).toBeGreaterThan(1.3);
  });
});

describe('the simulated world', () => {
  it('depends on seed and time alone, not on how it is stepped', () => {
    const inOne = worldOf(cascade, 5);
    const inMany = worldOf(cascade, 5);
    advanceWorld(inOne, START + HOUR_MS);
    for (let at = START; at <= START + HOUR_MS; at += 37_000) advanceWorld(inMany, at);
    advanceWorld(inMany, START + HOUR_MS);
    expect(tellTruth(inMany, STEP_MS)).toEqual(tellTruth(inOne, STEP_MS));
    expect(truthAfter(worldOf(cascade, 6), HOUR_MS)).not.toEqual(tellTruth(inOne, STEP_MS));
  });

  it('does nothing remarkable on a quiet day', () => {
    const truth = truthAfter(worldOf(quiet, 1), 4 * HOUR_MS);
    for (const asset of truth.assets) {
      expect(asset.shocks).toEqual([]);
      const forced = asset.minutes.reduce((sum, minute) => sum + minute.forcedSellUsd, 0);
      expect(forced).toBeLessThan(0.02 * asset.openInterestUsd);
    }
  });

  it('squeezes shorts upwards in the mirror story', () => {
    const episode = findEpisode(ofAsset(truthAfter(worldOf(shorts, 1), AFTER_SHOCK), 'SOL'));
    expect(episode?.shock.side).toBe('up');
    expect(episode?.cascadeStartAt).toBeDefined();
    expect(episode?.amplification).toBeGreaterThan(1.3);
  });

  it('takes a shock from an operator with the next step', () => {
    const world = worldOf(quiet, 3);
    advanceWorld(world, START + 10 * MINUTE_MS);
    addShock(world, 'SOL', Math.log(0.92), MINUTE_MS);
    const episode = findEpisode(ofAsset(truthAfter(world, 40 * MINUTE_MS), 'SOL'));
    expect(episode?.shock.fraction).toBeCloseTo(0.08, 9);
    expect(episode?.endFraction).toBeGreaterThan(0.075);
  });
});
