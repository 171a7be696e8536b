import { describe, expect, test } from 'vitest';
import { distanceOf } from '../../../../src/signals/cascade/distance.ts';
import {
  buildSideBarriers,
  MAX_END_DISTANCE,
  reachOf,
} from '../../../../src/signals/score/reach.ts';

/** So liquid that no sale moves the price to the next trigger. */
const DEEP = { depthUsdPerUnit: 1e15, latentUsdPerUnit2: 0 };
const BINS = {
  distances: [0.01, 0.02, 0.05],
  exactUsd: [100, 0, 1000],
  estimatedUsd: [40, 60, 1000],
};
const FACTORS = { low: 0.5, high: 2 };

describe('reach', () => {
  test('the interval scales the estimated part only', () => {
    const barriers = buildSideBarriers('down', BINS, FACTORS, { present: DEEP, stressed: DEEP });
    const reach = reachOf(barriers, 0.03, 2);
    expect(reach.forcedUsd).toEqual({ low: 150, point: 200, high: 300 });
    expect(reach.exactShareFraction).toBe(0.5);
    expect(reach.sigmas).toBe(2);
    expect(reach.amplification).toBeCloseTo(1, 9);
  });

  test('thinner books end further, and no end is followed beyond the limit', () => {
    const present = { depthUsdPerUnit: 1e4, latentUsdPerUnit2: 0 };
    const stressed = { depthUsdPerUnit: 1, latentUsdPerUnit2: 0 };
    const barriers = buildSideBarriers('up', BINS, FACTORS, { present, stressed });
    const reach = reachOf(barriers, 0.011);
    // 140 forced move 0.014, past 0.02: 200 move 0.02 to 0.031, short of 0.05.
    expect(distanceOf(reach.endFraction, 'up')).toBeCloseTo(0.031, 9);
    expect(distanceOf(reach.endStressedFraction, 'up')).toBeCloseTo(MAX_END_DISTANCE, 9);
  });
});
