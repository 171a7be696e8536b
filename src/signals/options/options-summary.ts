import type { OptionsObservation } from '../model/observations.ts';
import { gamma, type OptionType } from './black-76.ts';
import { black76InputsOf, type OpenOption } from './open-option.ts';
import { type Smile, smileOf } from './smile.ts';
import { volatilityToHorizon } from './term.ts';

const HOUR_MS = 3_600_000;
/** About where most open interest is, and the horizon volatility indices quote. */
const HORIZON_YEARS = 30 / 365;

export type OptionsSummary = Pick<
  OptionsObservation,
  | 'openInterestBase'
  | 'callGammaUsdPer1Pct'
  | 'putGammaUsdPer1Pct'
  | 'atmVolatilityFraction'
  | 'skew25Fraction'
>;

/**
 * What is open in options on one asset. Options that have expired or do so within the hour are left
 * out: their gamma is huge, and gone before anybody hedges by it. Gamma per 1 % is
 * gamma x open interest x forward^2 x 0.01, in USD of the coin, all counted as bought.
 */
export function summarizeOptions(listed: readonly OpenOption[], now: number): OptionsSummary {
  const open = listed.filter((option) => option.expiryAt > now + HOUR_MS);
  const smiles = [...Map.groupBy(open, (option) => option.expiryAt).values()].map((options) =>
    smileOf(options, now),
  );
  const atm = toHorizon(smiles, (smile) => smile.atm);
  const put25 = toHorizon(smiles, (smile) => smile.put25);
  const call25 = toHorizon(smiles, (smile) => smile.call25);
  return {
    openInterestBase: open.reduce((sum, option) => sum + option.openInterestBase, 0),
    callGammaUsdPer1Pct: gammaUsdPer1Pct(open, 'call', now),
    putGammaUsdPer1Pct: gammaUsdPer1Pct(open, 'put', now),
    ...(atm === undefined ? {} : { atmVolatilityFraction: atm }),
    ...(put25 === undefined || call25 === undefined ? {} : { skew25Fraction: put25 - call25 }),
  };
}

function gammaUsdPer1Pct(open: readonly OpenOption[], type: OptionType, now: number): number {
  return open
    .filter((option) => option.type === type && option.openInterestBase > 0)
    .reduce((sum, option) => {
      const perUsd = gamma(black76InputsOf(option, now)) * option.openInterestBase;
      return sum + perUsd * option.forwardUsd * option.forwardUsd * 0.01;
    }, 0);
}

function toHorizon(
  smiles: readonly Smile[],
  pick: (smile: Smile) => number | undefined,
): number | undefined {
  const points = smiles.flatMap((smile) => {
    const volatilityFraction = pick(smile);
    return volatilityFraction === undefined ? [] : [{ years: smile.years, volatilityFraction }];
  });
  return volatilityToHorizon(points, HORIZON_YEARS);
}
