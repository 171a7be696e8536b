import type { TriggerUnits } from '../model/profile.ts';

/** Trigger units being collected; grows by doubling. */
export interface UnitBuffer {
  distances: Float64Array;
  usd: Float64Array;
  length: number;
}

export function createUnitBuffer(capacity: number): UnitBuffer {
  const size = Math.max(16, capacity);
  return { distances: new Float64Array(size), usd: new Float64Array(size), length: 0 };
}

/** Log distance and USD of one unit. */
export function pushUnit(buffer: UnitBuffer, distance: number, usd: number): void {
  if (buffer.length === buffer.usd.length) {
    buffer.distances = doubled(buffer.distances);
    buffer.usd = doubled(buffer.usd);
  }
  buffer.distances[buffer.length] = distance;
  buffer.usd[buffer.length] = usd;
  buffer.length += 1;
}

/** What was collected, without spare capacity. */
export function finishUnits(buffer: UnitBuffer): TriggerUnits {
  return {
    distances: buffer.distances.slice(0, buffer.length),
    usd: buffer.usd.slice(0, buffer.length),
  };
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
