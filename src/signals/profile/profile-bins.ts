import type { TriggerUnits } from '../model/profile.ts';
import type { ProfileBins } from '../model/reading.ts';

/**
 * Both parts of one side in at most `maxBins` common bins of equal log width up to
 * `maxDistanceLog`; units further away are left out. A bin sits at its nearest unit, so the
 * cumulative USD within any distance is never less than that of the units. Empty bins are dropped.
 */
export function mergeToBins(
  exact: TriggerUnits,
  estimated: TriggerUnits,
  maxBins = 512,
  maxDistanceLog = Math.LN2,
): ProfileBins {
  const nearest = new Float64Array(maxBins).fill(Number.POSITIVE_INFINITY);
  const exactUsd = new Float64Array(maxBins);
  const estimatedUsd = new Float64Array(maxBins);
  addUnits(exact, exactUsd, nearest, maxDistanceLog);
  addUnits(estimated, estimatedUsd, nearest, maxDistanceLog);

  const bins: ProfileBins = { distances: [], exactUsd: [], estimatedUsd: [] };
  nearest.forEach((distance, bin) => {
    if (distance === Number.POSITIVE_INFINITY) return;
    bins.distances.push(distance);
    bins.exactUsd.push(exactUsd[bin] ?? 0);
    bins.estimatedUsd.push(estimatedUsd[bin] ?? 0);
  });
  return bins;
}

function addUnits(
  units: TriggerUnits,
  binUsd: Float64Array,
  nearest: Float64Array,
  maxDistanceLog: number,
): void {
  const lastBin = binUsd.length - 1;
  for (let unit = 0; unit < units.usd.length; unit++) {
    const distance = units.distances[unit] ?? Number.NaN;
    const usd = units.usd[unit] ?? 0;
    if (!(distance <= maxDistanceLog && usd > 0)) continue;
    const bin = Math.min(lastBin, Math.floor((distance / maxDistanceLog) * binUsd.length));
    binUsd[bin] = (binUsd[bin] ?? 0) + usd;
    nearest[bin] = Math.min(nearest[bin] ?? distance, distance);
  }
}
