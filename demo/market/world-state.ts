import type { Scenario } from '../scenarios/scenario.ts';
import type { AssetSpec } from './catalogue.ts';
import type { HourHistory, MinuteRow } from './history.ts';
import type { Lending } from './lending.ts';
import type { Makers } from './makers.ts';
import { openInterest, type PerpMarket, unitUsd } from './perp-market.ts';
import type { PriceProcess } from './price-process.ts';

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
  /** The same with its sign: forced purchases less forced sales. */
  sentiment: number;
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

/** USD, each contract once, over all venues. */
export function openInterestUsd(state: AssetState): number {
  return state.markets.reduce((sum, market) => sum + openInterest(market) * unitUsd(market), 0);
}
