import type { AssetSpec, VenueId } from './catalogue.ts';
import type { Liquidity } from './impact.ts';
import type { PerpMarket } from './perp-market.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Orders that arrive within this time count as the answer to a move. */
const ARRIVAL_DAYS = 12 / (24 * 60);
/** Y of the square-root law I(Q) = Y sigma sqrt(Q / V). */
const SQUARE_ROOT_FACTOR = 0.8;
/** Resting orders never fall below this share of normal because of volatility. */
const LEAST_PRESENCE = 0.15;

/** How much makers dare to quote in one asset. */
export interface Makers {
  /** Multiplies resting orders on all venues. */
  presence: number;
  /** Short-term variance of returns over the usual one. */
  varianceRatio: number;
}

export function createMakers(): Makers {
  return { presence: 1, varianceRatio: 1 };
}

/**
 * Makers pull quotes within a minute when the price moves unusually fast and come back over twenty.
 * `activity`: |log return| of the step over what is usual for its length.
 */
export function stepMakers(
  makers: Makers,
  dtMs: number,
  activity: number,
  scenarioDepthFactor: number,
): void {
  const keepVariance = Math.exp(-dtMs / (5 * MINUTE_MS));
  makers.varianceRatio = makers.varianceRatio * keepVariance + activity ** 2 * (1 - keepVariance);
  const excess = Math.max(0, Math.sqrt(makers.varianceRatio) - 1.6);
  const target = scenarioDepthFactor * Math.max(LEAST_PRESENCE, 1 / (1 + 0.2 * excess));
  const memoryMs = target < makers.presence ? MINUTE_MS : 20 * MINUTE_MS;
  makers.presence += (target - makers.presence) * (1 - Math.exp(-dtMs / memoryMs));
}

/** Resting USD per unit of log distance of one contract at this moment. */
export function restingPerUnit(market: PerpMarket, makers: Makers, side: 'bid' | 'ask'): number {
  const noise = side === 'bid' ? market.bidNoise : market.askNoise;
  return market.contract.size.depth1pctUsd * 100 * makers.presence * noise;
}

/** Latent liquidity of an asset: v = V x arrival time / (Y sigma)^2 (square-root law over minutes). */
export function latentPerUnit2(asset: AssetSpec): number {
  const venues = Object.keys(asset.venues) as VenueId[];
  const dailyUsd = venues.reduce((sum, venue) => sum + asset.venues[venue].volumeUsd, 0);
  return (dailyUsd * ARRIVAL_DAYS) / (SQUARE_ROOT_FACTOR * asset.dailyVolatility) ** 2;
}

/** What all venues of the asset together put against a forced flow in this direction. */
export function liquidityOf(
  asset: AssetSpec,
  markets: readonly PerpMarket[],
  makers: Makers,
  direction: 'sell' | 'buy',
): Liquidity {
  const side = direction === 'sell' ? 'bid' : 'ask';
  const depthUsdPerUnit = markets.reduce(
    (sum, market) => sum + restingPerUnit(market, makers, side),
    0,
  );
  return { depthUsdPerUnit, latentUsdPerUnit2: latentPerUnit2(asset) };
}

/** Usual |log return| of a step of this length. */
export function usualMove(asset: AssetSpec, dtMs: number): number {
  return 0.8 * asset.dailyVolatility * Math.sqrt(dtMs / DAY_MS);
}
