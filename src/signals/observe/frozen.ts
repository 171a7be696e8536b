import type { MarketObservation, Observation } from '../model/observations.ts';

/** With fewer instruments than this, equal marks twice in a row may be chance. */
const MIN_INSTRUMENTS = 5;

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
  return repeated >= MIN_INSTRUMENTS;
}
