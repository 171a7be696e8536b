import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import type { BorrowPosition } from '../../../../src/signals/model/observations.ts';
import { lendingUnits } from '../../../../src/signals/profile/lending-units.ts';
import { buildPositionBook } from '../../../../src/signals/profile/position-book.ts';
import { makePosition } from '../../../unit/signals/profile/make-position.ts';

const RUNS = { numRuns: 300, seed: 20_251_010 };
const ETH = assetId('ETH');
const NAMES = ['ETH', 'WSTETH', 'BTC', 'LINK', 'USDC', 'DAI'];

const name = fc.constantFrom(...NAMES);
const valueUsd = fc.integer({ min: 1, max: 1000 });
const positionArbitrary = fc
  .record({
    collateral: fc.array(fc.tuple(name, valueUsd, fc.integer({ min: 40, max: 97 })), {
      minLength: 1,
      maxLength: 3,
    }),
    debt: fc.array(fc.tuple(name, valueUsd), { minLength: 1, maxLength: 2 }),
    closeFactor: fc.constantFrom(0.25, 0.5, 1),
    bonus: fc.integer({ min: 0, max: 15 }),
  })
  .map(({ collateral, debt, closeFactor, bonus }) =>
    makePosition(
      collateral.map(([asset, usd, percent]) => [asset, usd, percent / 100]),
      debt,
      { closeFactor, bonus: bonus / 100 },
    ),
  );

const isEth = (asset: string) => asset === 'ETH' || asset === 'WSTETH';

/** Straight from the legs: weighted collateral less debt with ETH at a multiple of its price. */
function surplusUsd(position: BorrowPosition, multiple: number): number {
  const at = (leg: { asset: string; valueUsd: number }) =>
    leg.valueUsd * (isEth(leg.asset) ? multiple : 1);
  const covered = position.collateral.reduce(
    (sum, leg) => sum + at(leg) * leg.liquidationThresholdFraction,
    0,
  );
  return covered - position.debt.reduce((sum, leg) => sum + at(leg), 0);
}

function ethUnits(positions: BorrowPosition[], priceUsd = 1000, maxDistanceLog?: number) {
  const book = buildPositionBook(positions, new Map([[ETH, 1000]]));
  return lendingUnits(book, ETH, new Map([[ETH, priceUsd]]), maxDistanceLog);
}

it('the first trigger is exactly where the legs say the position tips', () => {
  fc.assert(
    fc.property(positionArbitrary, (position) => {
      const { units } = ethUnits([position]);
      const sides = [
        { distances: units.down.distances, sign: -1 },
        { distances: units.up.distances, sign: 1 },
      ];
      for (const { distances, sign } of sides) {
        if (distances.length === 0) continue;
        const distance = Math.min(...distances);
        expect(surplusUsd(position, Math.exp(sign * (distance + 1e-6)))).toBeLessThan(1e-9);
        if (distance > 0) {
          expect(surplusUsd(position, Math.exp(sign * distance))).toBeCloseTo(0, 6);
          expect(surplusUsd(position, 1)).toBeGreaterThan(0);
        } else {
          expect(surplusUsd(position, 1)).toBeLessThanOrEqual(1e-9);
        }
      }
    }),
    RUNS,
  );
});

it('a healthy position without a trigger is healthy at every price within the distance', () => {
  fc.assert(
    fc.property(positionArbitrary, (position) => {
      const { units } = ethUnits([position]);
      if (surplusUsd(position, 1) < 0 || units.down.usd.length + units.up.usd.length > 0) return;
      for (let multiple = 0.501; multiple < 2; multiple += 0.05) {
        // What tips without a net sale or purchase of ETH has no unit either.
        if (surplusUsd(position, multiple) >= -1e-9) continue;
        const holdsBoth =
          position.collateral.some((leg) => isEth(leg.asset)) &&
          position.debt.some((leg) => isEth(leg.asset));
        expect(holdsBoth).toBe(true);
      }
    }),
    RUNS,
  );
});

it('sales never exceed what is held, nor the debt with its bonus; purchases never what is owed', () => {
  fc.assert(
    fc.property(positionArbitrary, (position) => {
      const { units } = ethUnits([position]);
      const heldUsd = position.collateral.reduce(
        (sum, leg) => sum + (isEth(leg.asset) ? leg.valueUsd : 0),
        0,
      );
      const soldUsd = units.down.usd.reduce((sum, usd) => sum + usd, 0);
      expect(soldUsd).toBeLessThanOrEqual(heldUsd + 1e-6);
      const owedUsd = position.debt.reduce((sum, leg) => sum + leg.valueUsd, 0);
      expect(soldUsd).toBeLessThanOrEqual(owedUsd * (1 + position.bonusFraction) + 1e-6);
      // Coins bought: each tranche in USD at its own trigger.
      const owedEthUsd = position.debt.reduce(
        (sum, leg) => sum + (isEth(leg.asset) ? leg.valueUsd : 0),
        0,
      );
      const boughtNow = units.up.usd.reduce(
        (sum, usd, i) => sum + usd / Math.exp(units.up.distances[i] ?? 0),
        0,
      );
      expect(boughtNow).toBeLessThanOrEqual(owedEthUsd + 1e-6);
    }),
    RUNS,
  );
});

it('a lower price brings every long nearer by the fall, until it is at 0, and loses none', () => {
  const longArbitrary = fc
    .tuple(valueUsd, fc.integer({ min: 40, max: 97 }), fc.integer({ min: 30, max: 99 }))
    .map(([usd, percent, used]) =>
      makePosition([['ETH', usd, percent / 100]], [['USDC', (usd * percent * used) / 10_000]], {
        closeFactor: 0.5,
        bonus: 0.05,
      }),
    );
  fc.assert(
    fc.property(
      fc.array(longArbitrary, { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      (positions, percent) => {
        const fall = -Math.log(1 - percent / 100);
        const before = ethUnits(positions, 1000, 5);
        const after = ethUnits(positions, 1000 * (1 - percent / 100), 5);
        expect(after.positions).toBe(before.positions);
        const firsts = (units: typeof before) =>
          Math.min(Number.POSITIVE_INFINITY, ...units.units.down.distances);
        expect(firsts(after)).toBeCloseTo(Math.max(0, firsts(before) - fall), 9);
      },
    ),
    RUNS,
  );
});
