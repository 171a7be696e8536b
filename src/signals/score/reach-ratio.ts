import type { ScoreSettings } from './settings.ts';

/**
 * Forced volume within `sigmas` typical volatilities over what latent liquidity alone absorbs on that
 * way on a typical day: v (k sigma)^2 = cascadeDayShare * V * (k / Y)^2, from which the volatility
 * cancels. It needs no order book, so the past, which has none, can be compared with the present.
 */
export function latentReachRatio(
  forcedUsd: number,
  volume24hUsd: number,
  sigmas: number,
  settings: Pick<ScoreSettings, 'cascadeDayShare' | 'impactY'>,
): number {
  const absorbedUsd = settings.cascadeDayShare * volume24hUsd * (sigmas / settings.impactY) ** 2;
  return forcedUsd / absorbedUsd;
}
