import type { SourceId } from '../signals/model/ids.ts';
import { isInstrumentFigure, type Observation } from '../signals/model/observations.ts';

/**
 * Leaves out what is on no coin. Stocks, metals and currencies close, so that nothing of the model
 * holds for them, and some have a coin's name (META, CAT): their open interest and price would be
 * added to it. What an instrument is on comes with its market figure and is remembered, since its
 * funding and book come without.
 */
export function createCoinFilter(): (
  source: SourceId,
  observations: readonly Observation[],
) => Observation[] {
  const others = new Map<SourceId, Set<string>>();
  return (source, observations) => {
    const known = others.get(source) ?? new Set<string>();
    others.set(source, known);
    for (const observation of observations) {
      if (observation.kind !== 'market') continue;
      if (observation.assetClass === undefined) known.delete(observation.instrument);
      else known.add(observation.instrument);
    }
    return observations.filter((one) => !isInstrumentFigure(one) || !known.has(one.instrument));
  };
}
