import type { AssetHour } from '../model/history.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { AGGREGATES } from './settings.ts';

/** Coins in circulation, as a venue passes it on. */
export interface CirculatingSupply {
  supplyBase: number;
  source: string;
  /** Epoch ms. */
  observedAt: number;
}

/**
 * Open interest over market capitalisation: the leverage ratio of the futures market (the "open
 * interest leverage ratio" of on-chain research). Both in USD at the same price, so it is also open
 * interest in coins over circulating supply: one figure, not two. The other figure of that name,
 * open interest over the coins held by exchanges, needs reserves that no venue publishes.
 */
export interface EstimatedLeverage {
  /** Fraction of the circulating supply. */
  ratio: number;
  supply: CirculatingSupply;
  /** Of the natural logarithm of open interest in coins, against the present supply. */
  past: PastScore;
}

/** `samples`: sampled closed hours. Undefined without a supply or open interest. */
export function estimatedLeverage(
  openInterestBase: number,
  supply: CirculatingSupply | undefined,
  samples: readonly AssetHour[],
): EstimatedLeverage | undefined {
  if (supply === undefined || !(supply.supplyBase > 0) || !(openInterestBase > 0)) return undefined;
  const ratio = openInterestBase / supply.supplyBase;
  const logs = samples.flatMap(({ openInterestBase: base }) =>
    base === undefined || !(base > 0) ? [] : Math.log(base / supply.supplyBase),
  );
  const { median, ...rest } = pastScore(Math.log(ratio), logs, {
    minSamples: AGGREGATES.minSamples,
    minScale: AGGREGATES.minScale.log,
  });
  const past = median === undefined ? rest : { ...rest, median: Math.exp(median) };
  return { ratio, supply, past };
}
