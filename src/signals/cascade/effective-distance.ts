import type { Barrier } from './barrier.ts';

/**
 * For each unit, in the order of the input, the least shock that reaches it counting the sales on
 * the way (log-price units, at most its own distance): hit iff shock >= this.
 */
export function effectiveDistances(barrier: Barrier): Float64Array {
  const { barriers, order, offsetDistance } = barrier;
  const result = new Float64Array(barriers.length);
  for (let j = 0; j < barriers.length; j += 1) {
    result[order[j] as number] = (barriers[j] as number) + offsetDistance;
  }
  return result;
}
