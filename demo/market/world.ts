import { CALM, type Forcing, type PlannedShock, type Scenario } from '../scenarios/scenario.ts';
import { ASSETS, type AssetSpec, CONTRACTS } from './catalogue.ts';
import { type HourHistory, type MinuteRow, recordHour, recordMinute } from './history.ts';
import { displace } from './impact.ts';
import { createLending, type Lending, stepLending } from './lending.ts';
import { createMakers, liquidityOf, type Makers, stepMakers, usualMove } from './makers.ts';
import {
  createPerpMarket,
  openInterest,
  type PerpMarket,
  runningFundingRate,
  stepPerpMarket,
  unitUsd,
} from './perp-market.ts';
import { createPriceProcess, type PriceProcess } from './price-process.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Length of a step of the running market. */
export const STEP_MS = 10_000;
/** The past is made in longer steps of the same dynamics. */
const PAST_STEP_MS = 10 * MINUTE_MS;
/** Lived through before the recorded past begins, so that positions have all ages. */
const BURN_IN_DAYS = 6;

/** Time in which a push by forced orders fades, and the share of it that stays. */
const RELAXATION_MS = 25 * MINUTE_MS;
const LASTING_SHARE = 0.35;
/** How much of a push in one asset arbitrage carries to the others at the same moment. */
const SPILL: Readonly<Record<string, number>> = { BTC: 0.3, ETH: 0.18 };
const FEAR_MEMORY_HOURS = 10;

/** One forced order. */
export interface Liquidation {
  at: number;
  asset: string;
  venue: string;
  instrument: string;
  side: 'long' | 'short';
  usd: number;
  /** Price of the venue (mark or oracle) that triggered it, and the trigger. */
  priceUsd: number;
  triggerPriceUsd: number;
}

export interface AssetState {
  spec: AssetSpec;
  markets: PerpMarket[];
  makers: Makers;
  /** Log distance by which forced orders have pushed the price; fades. */
  displacement: number;
  priceUsd: number;
  /** Share of open interest liquidated lately: takes the crowd's courage. */
  fear: number;
  minutes: MinuteRow[];
}

export interface Shock {
  asset: string;
  startAt: number;
  endAt: number;
  /** Log move from outside over its whole length. */
  logMove: number;
  /** Price just before; set when it begins. */
  priceBeforeUsd?: number;
  openInterestBeforeUsd?: number;
}

export interface World {
  seed: number;
  scenario: Scenario;
  startAt: number;
  /** End of the last step taken. */
  at: number;
  assets: Map<string, AssetState>;
  lending: Lending;
  hours: Map<PerpMarket, HourHistory>;
  liquidations: Liquidation[];
  shocks: Shock[];
  process: PriceProcess;
  /** False: forced orders do not move the price (the counterfactual without the loop). */
  forcedImpact: boolean;
  nextId(): number;
}

export interface WorldOptions {
  seed: number;
  scenario: Scenario;
  /** Epoch ms at which the story begins; the past ends there. */
  startAt: number;
  historyDays: number;
  forcedImpact?: boolean;
}

function plannedShock(startAt: number, shock: PlannedShock): Shock {
  const logMove =
    shock.side === 'down' ? Math.log(1 - shock.fraction) : Math.log(1 + shock.fraction);
  const begins = startAt + shock.afterMs;
  return { asset: shock.asset, startAt: begins, endAt: begins + shock.durationMs, logMove };
}

function lowestFrom(history: HourHistory): number[] {
  const lowest: number[] = new Array(history.length);
  let low = Number.POSITIVE_INFINITY;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    low = Math.min(low, history[index]?.lowUsd ?? low);
    lowest[index] = low;
  }
  return lowest;
}

function createAssets(seed: number): Map<string, AssetState> {
  const markets = CONTRACTS.map((contract) => createPerpMarket(contract, seed));
  return new Map(
    ASSETS.map((spec) => [
      spec.asset,
      {
        spec,
        markets: markets.filter((market) => market.contract.asset === spec),
        makers: createMakers(),
        displacement: 0,
        priceUsd: spec.basePriceUsd,
        fear: 0,
        minutes: [],
      },
    ]),
  );
}

/** A market with a past. Everything in it depends on the seed, the scenario and time alone. */
export function createWorld(options: WorldOptions): World {
  const { seed, scenario } = options;
  const startAt = Math.floor(options.startAt / STEP_MS) * STEP_MS;
  const recordedFrom = Math.floor((startAt - options.historyDays * DAY_MS) / HOUR_MS) * HOUR_MS;
  const assets = createAssets(seed);
  const prices = new Map([...assets].map(([asset, state]) => [asset, state.priceUsd]));
  let lastId = 0;
  const world: World = {
    seed,
    scenario,
    startAt,
    at: recordedFrom - BURN_IN_DAYS * DAY_MS,
    assets,
    lending: { ...createLending(seed, recordedFrom, prices, new Map()), borrowers: [] },
    hours: new Map(),
    liquidations: [],
    shocks: scenario.shocks.map((shock) => plannedShock(startAt, shock)),
    process: createPriceProcess(seed),
    forcedImpact: options.forcedImpact ?? true,
    nextId: () => {
      lastId += 1;
      return lastId;
    },
  };
  while (world.at < recordedFrom) stepWorld(world, PAST_STEP_MS);
  world.hours.clear();
  while (world.at + PAST_STEP_MS <= startAt) stepWorld(world, PAST_STEP_MS);
  while (world.at < startAt) stepWorld(world, STEP_MS);
  world.liquidations = [];
  for (const state of assets.values()) state.minutes = [];
  settleLenders(world);
  return world;
}

function settleLenders(world: World): void {
  const prices = new Map<string, number>();
  const paths = new Map<string, { closes: number[]; lowestSince: number[] }>();
  for (const [asset, state] of world.assets) {
    prices.set(asset, state.priceUsd);
    const history = state.markets[0] === undefined ? [] : (world.hours.get(state.markets[0]) ?? []);
    const closes = history.map((row) => row.closeUsd);
    paths.set(asset, { closes, lowestSince: lowestFrom(history) });
  }
  world.lending = createLending(world.seed, world.at, prices, paths);
}

/** Takes whole steps until the next one would lie after `now`. */
export function advanceWorld(world: World, now: number): void {
  while (world.at + STEP_MS <= now) stepWorld(world, STEP_MS);
}

/** A move from outside that begins with the next step. */
export function addShock(world: World, asset: string, logMove: number, durationMs: number): void {
  world.shocks.push({ asset, startAt: world.at, endAt: world.at + durationMs, logMove });
}

function forcingOf(world: World, asset: string): Forcing {
  const elapsed = world.at - world.startAt;
  return elapsed < 0 ? CALM : world.scenario.forcing(asset, elapsed);
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

/** USD, each contract once, over all venues. */
export function openInterestUsd(state: AssetState): number {
  return state.markets.reduce((sum, market) => sum + openInterest(market) * unitUsd(market), 0);
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
  state.fear *= Math.exp(-dtMs / (FEAR_MEMORY_HOURS * HOUR_MS));
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
    state.fear += (flow.sellUsd + flow.buyUsd) / openInterestUsd(state);
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

function stepWorld(world: World, dtMs: number): void {
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
