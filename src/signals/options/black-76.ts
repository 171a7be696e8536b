/**
 * Black (1976), "The pricing of commodity contracts": options on a forward. Delta and gamma are
 * with respect to the forward and undiscounted, as crypto venues publish them: their interest rate
 * is 0 and the basis is in the forward already.
 */
import { normalDensity, normalDistribution } from './normal.ts';

export type OptionType = 'call' | 'put';

/** All > 0. */
export interface Black76Inputs {
  /** Price of the forward of the option's expiry, USD. */
  forwardUsd: number;
  strikeUsd: number;
  /** Implied volatility, annual fraction. */
  volatilityFraction: number;
  /** Time to expiry in years of 365 days. */
  years: number;
}

/** d1 = (ln(F/K) + v^2 T / 2) / (v sqrt(T)). */
export function d1(inputs: Black76Inputs): number {
  const deviation = inputs.volatilityFraction * Math.sqrt(inputs.years);
  return Math.log(inputs.forwardUsd / inputs.strikeUsd) / deviation + deviation / 2;
}

/** Coins of forward per coin of option: N(d1) for a call, N(d1) - 1 for a put. */
export function delta(type: OptionType, inputs: Black76Inputs): number {
  const distance = d1(inputs);
  // -N(-d1) instead of N(d1) - 1: a far put keeps its digits.
  return type === 'call' ? normalDistribution(distance) : -normalDistribution(-distance);
}

/** Change of delta per USD of forward, the same for calls and puts: n(d1) / (F v sqrt(T)). */
export function gamma(inputs: Black76Inputs): number {
  const deviation = inputs.volatilityFraction * Math.sqrt(inputs.years);
  return normalDensity(d1(inputs)) / (inputs.forwardUsd * deviation);
}
