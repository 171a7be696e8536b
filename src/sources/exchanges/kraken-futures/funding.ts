import type { ContractKind } from './name.ts';

export interface FundingFigures {
  /** Dollars a coin (linear) or coins a dollar (inverse), per hour. */
  absoluteRate: number | undefined;
  indexPrice: number | undefined;
  /** As the venue gives it, where it does. */
  relativeRate: number | undefined;
}

/** The bound is only to catch other units: older lists said 0.001 while rates stood at 0.0025. */
const BOUND_ROOM = 4;

/**
 * Funding of an hour as a fraction of the position's value. The venue's relative rate is taken
 * where there is one: it is the absolute rate over the index at the fixing (times it, for inverse
 * contracts: coins a dollar times dollars a coin). Where there is none, or for the check, today's
 * index stands in for the one of the fixing, which is up to an hour old: so the two may differ,
 * but not by a factor of two. Dividing by the mark, as some libraries do, is wrong for inverse
 * contracts by the square of the price.
 *
 * Gives the reason instead when the figures contradict each other or `maxHourlyRate`.
 */
export function hourlyRate(
  figures: FundingFigures,
  kind: ContractKind,
  maxHourlyRate: number | undefined,
): number | { bad: string } {
  const computed = computedRate(figures, kind);
  const { relativeRate } = figures;
  if (relativeRate !== undefined && computed !== undefined && !agree(relativeRate, computed)) {
    return { bad: 'absolute and relative rate contradict each other' };
  }
  const rate = relativeRate ?? computed;
  if (rate === undefined) return { bad: 'no index price for the absolute rate' };
  if (maxHourlyRate !== undefined && Math.abs(rate) > BOUND_ROOM * maxHourlyRate) {
    return { bad: 'rate far beyond its bound' };
  }
  return rate;
}

function computedRate(
  { absoluteRate, indexPrice }: FundingFigures,
  kind: ContractKind,
): number | undefined {
  if (absoluteRate === undefined || indexPrice === undefined) return undefined;
  return kind === 'linear' ? absoluteRate / indexPrice : absoluteRate * indexPrice;
}

/** Within a factor of two; rates of under a millionth are zero either way. */
function agree(one: number, other: number): boolean {
  return Math.abs(one - other) <= Math.max(Math.abs(one), Math.abs(other)) / 2 + 1e-6;
}
