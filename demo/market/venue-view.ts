import type { ContractSpec, VenueId } from './catalogue.ts';
import { nextFundingAt } from './funding.ts';
import { type HourRow, rollingDayVolume } from './history.ts';
import { restingPerUnit } from './makers.ts';
import { openInterest, runningFundingRate } from './perp-market.ts';
import type { World } from './world-state.ts';

const HOUR_MS = 3_600_000;

/** Everything one contract shows to the outside. Prices in USD per single coin. */
export interface ContractView {
  contract: ContractSpec;
  /** Epoch ms the figures are of. */
  at: number;
  lastPriceUsd: number;
  markPriceUsd: number;
  indexPriceUsd: number;
  /** Mark over index, fraction. */
  premium: number;
  /** Contract units (coins, or USD on inverse contracts), each contract once. */
  openInterest: number;
  /** Running rate per interval. */
  fundingRate: number;
  nextFundingAt: number;
  volume24hUsd: number;
  day: { openUsd: number; highUsd: number; lowUsd: number };
  /** Price an hour ago. */
  hourAgoUsd: number;
  /** Resting USD per unit of log distance. */
  bidPerUnit: number;
  askPerUnit: number;
  /** Oldest first; the last one still runs. */
  hours: readonly HourRow[];
}

export interface VenueView {
  at: number;
  contracts: readonly ContractView[];
}

/** A picture of a venue that later steps do not change: also what a frozen venue goes on showing. */
export function viewVenue(world: World, venue: VenueId): VenueView {
  const contracts: ContractView[] = [];
  for (const state of world.assets.values()) {
    for (const market of state.markets) {
      if (market.contract.venue !== venue) continue;
      const live = world.hours.get(market) ?? [];
      const hours = live.slice();
      const running = hours.at(-1);
      // Only the running hour still changes.
      if (running !== undefined) hours[hours.length - 1] = { ...running };
      const day = hours.slice(-24);
      contracts.push({
        contract: market.contract,
        at: world.at,
        lastPriceUsd: market.markPriceUsd,
        markPriceUsd: market.markPriceUsd,
        indexPriceUsd: market.indexPriceUsd,
        premium: market.premium,
        openInterest: openInterest(market),
        fundingRate: runningFundingRate(market),
        nextFundingAt: nextFundingAt(world.at, market.contract.fundingIntervalHours),
        volume24hUsd: rollingDayVolume(hours, world.at),
        day: {
          openUsd: day[0]?.openUsd ?? state.priceUsd,
          highUsd: Math.max(...day.map((row) => row.highUsd)),
          lowUsd: Math.min(...day.map((row) => row.lowUsd)),
        },
        hourAgoUsd: day.at(-2)?.closeUsd ?? state.priceUsd,
        bidPerUnit: restingPerUnit(market, state.makers, 'bid'),
        askPerUnit: restingPerUnit(market, state.makers, 'ask'),
        hours,
      });
    }
  }
  return { at: world.at, contracts };
}

/** Settled funding rates with their times, oldest first. */
export function settledRates(view: ContractView): { at: number; rate: number; markUsd: number }[] {
  const intervalMs = view.contract.fundingIntervalHours * HOUR_MS;
  return view.hours
    .map((row) => ({ at: row.hourAt + HOUR_MS, rate: row.fundingRate, markUsd: row.markPriceUsd }))
    .filter((row) => row.at % intervalMs === 0 && row.at <= view.at);
}

/** Open interest at every full hour, oldest first, contract units. */
export function hourlyInterest(view: ContractView): { at: number; size: number; usd: number }[] {
  return view.hours
    .filter((row) => row.hourAt + HOUR_MS <= view.at)
    .map((row) => ({
      at: row.hourAt + HOUR_MS,
      size: row.openInterest,
      usd: row.openInterest * (view.contract.inverse ? 1 : row.markPriceUsd),
    }));
}
