/**
 * What the barrier is measured against: sell round by round until nothing new is hit, as any
 * simulator does, written as fast as we know how over typed arrays. Impact is taken on cumulative
 * volume, so all of them solve the same model.
 */
import { impactDistance } from '../src/signals/cascade/impact.ts';
import type { TriggerUnits } from '../src/signals/model/profile.ts';
import type { ImpactParams } from '../src/signals/model/reading.ts';

export interface LoopEnd {
  endDistance: number;
  rounds: number;
}

/**
 * No preparation: each round adds up every unit within reach, O(rounds x n). Multiplies instead of
 * branching: on unsorted units the branch cannot be predicted and costs more than three times as much.
 */
export function rescanUnsorted(units: TriggerUnits, impact: ImpactParams, shock: number): LoopEnd {
  const { distances, usd } = units;
  let endDistance = shock;
  let soldUsd = -1;
  for (let rounds = 1; ; rounds += 1) {
    let reachedUsd = 0;
    for (let i = 0; i < distances.length; i += 1) {
      reachedUsd += (usd[i] as number) * Number((distances[i] as number) <= endDistance);
    }
    if (reachedUsd === soldUsd) return { endDistance, rounds };
    soldUsd = reachedUsd;
    endDistance = shock + impactDistance(impact, soldUsd);
  }
}

/** Needs the units sorted by distance: each round goes on where the last one stopped, O(units hit). */
export function advanceSorted(sorted: TriggerUnits, impact: ImpactParams, shock: number): LoopEnd {
  const { distances, usd } = sorted;
  let endDistance = shock;
  let soldUsd = 0;
  let next = 0;
  for (let rounds = 1; ; rounds += 1) {
    const start = next;
    while (next < distances.length && (distances[next] as number) <= endDistance) {
      soldUsd += usd[next] as number;
      next += 1;
    }
    if (next === start) return { endDistance, rounds };
    endDistance = shock + impactDistance(impact, soldUsd);
  }
}

/** Needs sorted distances and their running sums: each round is a binary search, O(rounds x log n). */
export function searchSorted(
  distances: Float64Array,
  cumulativeUsd: Float64Array,
  impact: ImpactParams,
  shock: number,
): LoopEnd {
  let endDistance = shock;
  let hit = 0;
  for (let rounds = 1; ; rounds += 1) {
    let low = hit;
    let high = distances.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((distances[middle] as number) <= endDistance) low = middle + 1;
      else high = middle;
    }
    if (low === hit) return { endDistance, rounds };
    hit = low;
    endDistance = shock + impactDistance(impact, cumulativeUsd[hit - 1] as number);
  }
}
