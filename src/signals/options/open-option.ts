import type { Black76Inputs, OptionType } from './black-76.ts';

/** One listed option as its venue marks it; one contract is one coin. */
export interface OpenOption {
  type: OptionType;
  strikeUsd: number;
  /** Epoch ms. */
  expiryAt: number;
  /** Price of the forward of this expiry, USD. */
  forwardUsd: number;
  /** The venue's mark volatility, annual fraction. */
  volatilityFraction: number;
  /** Coins, one-sided. */
  openInterestBase: number;
}

const YEAR_MS = 365 * 86_400_000;

export function black76InputsOf(option: OpenOption, now: number): Black76Inputs {
  const { forwardUsd, strikeUsd, volatilityFraction } = option;
  return { forwardUsd, strikeUsd, volatilityFraction, years: (option.expiryAt - now) / YEAR_MS };
}
