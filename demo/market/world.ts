import type { PlannedShock, Scenario } from '../scenarios/scenario.ts';
import { ASSETS, CONTRACTS } from './catalogue.ts';
import type { HourHistory } from './history.ts';
import { createLending } from './lending.ts';
import { createMakers } from './makers.ts';
import { createPerpMarket } from './perp-market.ts';
import { createPriceProcess } from './price-process.ts';
import type { AssetState, Shock, World } from './world-state.ts';
import { stepWorld } from './world-step.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Length of a step of the running market. */
export const STEP_MS = 10_000;
/** The past is made in longer steps of the same dynamics. */
const PAST_STEP_MS = 15 * MINUTE_MS;
/** Lived through before the recorded past begins, so that positions have all ages. */
const BURN_IN_DAYS = 6;

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
        sentiment: 0,
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
