import type { Forcing } from '../scenarios/scenario.ts';
import { recordHour, recordMinute } from './history.ts';
import { displace } from './impact.ts';
import { stepLending } from './lending.ts';
import { liquidityOf, stepMakers, usualMove } from './makers.ts';
import { openInterest, runningFundingRate, stepPerpMarket, unitUsd } from './perp-market.ts';
import { type AssetState, openInterestUsd, type World } from './world-state.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Time in which a push by forced orders fades, and the share of it that stays. */
const RELAXATION_MS = 25 * MINUTE_MS;
const LASTING_SHARE = 0.35;
/** How much of a push in one asset arbitrage carries to the others at the same moment. */
const SPILL: Readonly<Record<string, number>> = { BTC: 0.3, ETH: 0.18 };
const FEAR_MEMORY_HOURS = 10;

function forcingOf(world: World, asset: string): Forcing {
  return world.scenario.forcing(asset, world.at - world.startAt);
}

function applyShocks(world: World, dtMs: number): void {
  const end = world.at + dtMs;
  for (const shock of world.shocks) {
    if (shock.startAt >= end || shock.endAt <= world.at) continue;
    const state = world.assets.get(shock.asset);
    if (state === undefined) continue;
    if (shock.priceBeforeUsd === undefined) {
      shock.priceBeforeUsd = state.priceUsd;
      shock.openInterestBeforeUsd = openInterestUsd(state);
    }
    const overlap = Math.min(end, shock.endAt) - Math.max(world.at, shock.startAt);
    world.process.shift(shock.asset, (shock.logMove * overlap) / (shock.endAt - shock.startAt));
  }
}

/** What pushes in other assets add to this one's log price. */
function spilledInto(world: World, asset: string): number {
  let sum = 0;
  for (const [source, share] of Object.entries(SPILL)) {
    if (source !== asset) sum += share * (world.assets.get(source)?.displacement ?? 0);
  }
  return sum;
}

function priceNow(world: World, state: AssetState): number {
  const { asset } = state.spec;
  return Math.exp(world.process.logPrice(asset) + state.displacement + spilledInto(world, asset));
}

function fade(world: World, state: AssetState, dtMs: number): void {
  const faded = state.displacement * (1 - Math.exp(-dtMs / RELAXATION_MS));
  state.displacement -= faded;
  world.process.shift(state.spec.asset, LASTING_SHARE * faded);
  const remembered = Math.exp(-dtMs / (FEAR_MEMORY_HOURS * HOUR_MS));
  state.fear *= remembered;
  state.sentiment *= remembered;
}

/** Forced market orders of a step, USD. */
interface ForcedFlow {
  sellUsd: number;
  buyUsd: number;
}

/** One step of every contract of an asset: notes who was taken over, gives the forced orders. */
function stepContracts(
  world: World,
  state: AssetState,
  dtMs: number,
  forcing: Forcing,
  activity: number,
): ForcedFlow {
  const at = world.at + dtMs;
  const flow = { sellUsd: 0, buyUsd: 0 };
  for (const market of state.markets) {
    const forced = stepPerpMarket(market, {
      at,
      dtMs,
      forcing,
      priceUsd: state.priceUsd,
      activity,
      courage: Math.max(0.55, Math.exp(-4 * state.fear)),
      sentiment: state.sentiment,
      nextId: world.nextId,
    });
    flow.sellUsd += forced.sellUsd;
    flow.buyUsd += forced.buyUsd;
    for (const position of forced.takenOver) {
      world.liquidations.push({
        at,
        asset: state.spec.asset,
        venue: market.contract.venue,
        instrument: market.contract.symbol,
        side: position.side,
        usd: position.size * unitUsd(market),
        priceUsd: market.markPriceUsd,
        triggerPriceUsd: position.triggerPriceUsd,
      });
    }
  }
  return flow;
}

/** One step of the lending protocol: liquidators sell what they seize in the same step. */
function stepLenders(world: World, dtMs: number, flows: ReadonlyMap<string, ForcedFlow>): void {
  const at = world.at + dtMs;
  const pricesUsd = new Map([...world.assets].map(([asset, state]) => [asset, state.priceUsd]));
  const liquidations = stepLending(world.lending, {
    at,
    dtMs,
    pricesUsd,
    loopingUsdPerHour: (coin) => forcingOf(world, coin).loopingUsdPerHour,
  });
  for (const entry of liquidations) {
    const asset = entry.borrower.market.collateral.follows;
    const flow = flows.get(asset);
    if (flow !== undefined) flow.sellUsd += entry.soldUsd;
    world.liquidations.push({
      at,
      asset,
      venue: 'morpho-blue',
      instrument: entry.borrower.market.marketId,
      side: 'long',
      usd: entry.soldUsd,
      priceUsd: entry.oraclePriceUsd,
      triggerPriceUsd: entry.triggerPriceUsd,
    });
  }
}

/** Puts the forced orders of one asset into its book. */
function takeForced(world: World, state: AssetState, flow: ForcedFlow): void {
  const flowUsd = flow.buyUsd - flow.sellUsd;
  if (flowUsd !== 0 && world.forcedImpact) {
    const direction = flowUsd < 0 ? 'sell' : 'buy';
    const liquidity = liquidityOf(state.spec, state.markets, state.makers, direction);
    state.displacement = displace(state.displacement, flowUsd, liquidity);
  }
  if (flow.sellUsd + flow.buyUsd > 0) {
    const openUsd = openInterestUsd(state);
    state.fear += (flow.sellUsd + flow.buyUsd) / openUsd;
    state.sentiment += flowUsd / openUsd;
  }
}

function record(
  world: World,
  state: AssetState,
  at: number,
  prices: readonly number[],
  forced: ForcedFlow,
): void {
  for (const market of state.markets) {
    market.indexPriceUsd = state.priceUsd;
    market.markPriceUsd = state.priceUsd * (1 + market.premium);
    let history = world.hours.get(market);
    if (history === undefined) {
      history = [];
      world.hours.set(market, history);
    }
    recordHour(history, at, prices, {
      volumeUsd: market.volumeUsd,
      openInterest: openInterest(market),
      fundingRate: runningFundingRate(market),
      markPriceUsd: market.markPriceUsd,
    });
    market.volumeUsd = 0;
  }
  if (at > world.startAt) recordMinute(state.minutes, at, prices, forced);
}

/** One step of everything: voluntary moves, then forced orders, then the book's answer. */
export function stepWorld(world: World, dtMs: number): void {
  const at = world.at + dtMs;
  world.process.step(dtMs, (asset) => forcingOf(world, asset).volatilityFactor);
  applyShocks(world, dtMs);
  for (const state of world.assets.values()) fade(world, state, dtMs);

  const before = new Map<string, number>();
  const flows = new Map<string, ForcedFlow>();
  for (const [asset, state] of world.assets) {
    const forcing = forcingOf(world, asset);
    world.process.shift(asset, (forcing.driftPerHour * dtMs) / HOUR_MS);
    before.set(asset, state.priceUsd);
    const undisturbed = priceNow(world, state);
    const activity = Math.abs(Math.log(undisturbed / state.priceUsd)) / usualMove(state.spec, dtMs);
    state.priceUsd = undisturbed;
    stepMakers(state.makers, dtMs, activity, forcing.depthFactor);
    flows.set(asset, stepContracts(world, state, dtMs, forcing, activity));
  }
  stepLenders(world, dtMs, flows);

  for (const [asset, state] of world.assets) {
    takeForced(world, state, flows.get(asset) ?? { sellUsd: 0, buyUsd: 0 });
  }
  for (const [asset, state] of world.assets) {
    const reached = state.priceUsd;
    state.priceUsd = priceNow(world, state);
    const prices = [before.get(asset) ?? reached, reached, state.priceUsd];
    record(world, state, at, prices, flows.get(asset) ?? { sellUsd: 0, buyUsd: 0 });
  }
  world.at = at;
}
