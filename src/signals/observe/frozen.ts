import type { AssetId } from '../model/ids.ts';
import type { MarketObservation, Observation } from '../model/observations.ts';

/** With fewer instruments (positions) than this, equal figures twice in a row may be chance. */
const LEAST_ROWS = 5;

/**
 * Does this market batch repeat every mark price that is already on the board? Over five or more
 * instruments a live market never does that from one fetch to the next, but a cache in front of a
 * stopped venue does.
 */
export function isFrozenBatch(
  instruments: ReadonlyMap<string, { market?: MarketObservation }>,
  batch: { observations: readonly Observation[] },
): boolean {
  let repeated = 0;
  for (const observation of batch.observations) {
    if (observation.kind !== 'market') continue;
    const before = instruments.get(observation.instrument)?.market;
    if (before === undefined) continue;
    if (before.markPriceUsd !== observation.markPriceUsd) return false;
    repeated += 1;
  }
  return repeated >= LEAST_ROWS;
}

/**
 * Does a read of lending positions repeat the one before to the last digit? Debts accrue interest by
 * the second and collateral follows its price, so the sums of a live protocol never do.
 */
export function isFrozenRead(
  positions: number,
  exposureUsd: ReadonlyMap<AssetId, number>,
  exposureBeforeUsd: ReadonlyMap<AssetId, number>,
): boolean {
  if (positions < LEAST_ROWS || exposureUsd.size !== exposureBeforeUsd.size) return false;
  return [...exposureUsd].every(([asset, usd]) => exposureBeforeUsd.get(asset) === usd);
}
