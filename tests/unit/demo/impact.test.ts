import { describe, expect, it } from 'vitest';
import { displace, distanceFor, liquidityWithin } from '../../../demo/market/impact.ts';

/** A(d) = 100 d + 10 d^2. */
const BOOK = { depthUsdPerUnit: 100, latentUsdPerUnit2: 10 };

describe('the finite book', () => {
  it('gives the hand-computed distances and is the inverse of its liquidity', () => {
    expect(distanceFor(100, BOOK)).toBeCloseTo(0.916, 3);
    expect(distanceFor(500, BOOK)).toBeCloseTo(3.66, 3);
    expect(liquidityWithin(distanceFor(1000, BOOK), BOOK)).toBeCloseTo(1000, 9);
  });

  it('takes volume cumulatively: two sales move as far as one of the same total', () => {
    const inTwo = displace(displace(0, -200, BOOK), -300, BOOK);
    expect(inTwo).toBeCloseTo(displace(0, -500, BOOK), 12);
    expect(inTwo).toBeLessThan(0);
  });

  it('comes back when as much is bought as was sold, and crosses when more is', () => {
    const sold = displace(0, -400, BOOK);
    expect(displace(sold, 400, BOOK)).toBeCloseTo(0, 12);
    expect(displace(sold, 500, BOOK)).toBeCloseTo(displace(0, 100, BOOK), 12);
  });

  it('works with resting orders alone', () => {
    const linear = { depthUsdPerUnit: 100, latentUsdPerUnit2: 0 };
    expect(distanceFor(250, linear)).toBeCloseTo(2.5, 12);
  });
});
