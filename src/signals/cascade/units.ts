import type { TriggerUnits } from '../model/profile.ts';

/** All units of all parts, one after the other; the parts are not changed. */
export function mergeUnits(...parts: TriggerUnits[]): TriggerUnits {
  const length = parts.reduce((sum, part) => sum + part.distances.length, 0);
  const distances = new Float64Array(length);
  const usd = new Float64Array(length);
  let start = 0;
  for (const part of parts) {
    distances.set(part.distances, start);
    usd.set(part.usd, start);
    start += part.distances.length;
  }
  return { distances, usd };
}

/**
 * The same triggers with every size times `factor` (>= 0, no unit): pass-through, or the ends of an
 * uncertain estimate. The result shares no array with `units`.
 */
export function scaleUnits(units: TriggerUnits, factor: number): TriggerUnits {
  if (!(factor >= 0 && Number.isFinite(factor))) {
    throw new RangeError(`factor must be a finite number >= 0, got ${factor}`);
  }
  return {
    distances: units.distances.slice(),
    usd: units.usd.map((value) => value * factor),
  };
}
