import { describe, expect, it } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import type { AssetId } from '../../../../src/signals/model/ids.ts';
import type { BorrowPosition } from '../../../../src/signals/model/observations.ts';
import { lendingUnits } from '../../../../src/signals/profile/lending-units.ts';
import { buildPositionBook } from '../../../../src/signals/profile/position-book.ts';
import {
  mergePositionBooks,
  withReferencePrices,
} from '../../../../src/signals/profile/reference-prices.ts';

const ETH = assetId('ETH');
const BTC = assetId('BTC');

function loan(
  source: string,
  asset: AssetId,
  collateralUsd: number,
  debtUsd: number,
): BorrowPosition {
  return {
    kind: 'position',
    source,
    account: '0x1',
    collateral: [
      {
        asset,
        token: asset,
        amount: '1',
        liquidationThresholdFraction: 0.8,
        valueUsd: collateralUsd,
      },
    ],
    debt: [{ asset: assetId('USDC'), token: 'USDC', amount: '1', valueUsd: debtUsd }],
    closeFactorFraction: 1,
    bonusFraction: 0.05,
    observedAt: 0,
  };
}

const prices = (eth: number, btc: number) =>
  new Map([
    [ETH, eth],
    [BTC, btc],
  ]);

describe('reference prices of position reads', () => {
  it('are filled in from the first prices known after the read, and never replaced', () => {
    const bare = buildPositionBook([loan('a', ETH, 1000, 700)], new Map());
    const filled = withReferencePrices(bare, prices(2000, 1));
    expect(filled).not.toBe(bare);
    expect(withReferencePrices(filled, prices(1000, 1))).toBe(filled);
    // At half the price of the read the position is long past its threshold.
    const { units } = lendingUnits(filled, ETH, prices(1000, 1));
    expect(Math.min(...units.down.distances)).toBe(0);
  });

  it('let reads of different moments be joined: each position keeps its own trigger price', () => {
    // Both were read when their collateral was worth 1000; the second while ETH stood 10 % lower.
    const first = buildPositionBook([loan('a', ETH, 1000, 700)], prices(2000, 50_000));
    const second = buildPositionBook(
      [loan('b', ETH, 1000, 700), loan('b', BTC, 5000, 3000)],
      prices(1800, 50_000),
    );
    const merged = mergePositionBooks([first, second]);
    if (merged === undefined) throw new Error('nothing merged');
    expect(merged.positions).toBe(3);
    expect(merged.sources).toEqual(['a', 'b']);
    const now = prices(2000, 50_000);
    const eth = lendingUnits(merged, ETH, now).units.down.distances;
    const alone = [first, second].flatMap((book) => [
      ...lendingUnits(book, ETH, now).units.down.distances,
    ]);
    expect([...eth].sort()).toHaveLength(2);
    for (const [i, distance] of [...eth].sort().entries()) {
      expect(distance).toBeCloseTo([...alone].sort()[i] ?? Number.NaN, 12);
    }
    expect(lendingUnits(merged, BTC, now).units.down.distances).toHaveLength(1);
  });

  it('leave a single read as it is and give nothing for none', () => {
    const book = buildPositionBook([loan('a', ETH, 1000, 700)], prices(2000, 1));
    expect(mergePositionBooks([book])).toBe(book);
    expect(mergePositionBooks([])).toBeUndefined();
  });
});
