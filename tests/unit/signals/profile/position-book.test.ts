import { expect, it } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import { buildPositionBook } from '../../../../src/signals/profile/position-book.ts';
import { makePosition } from './make-position.ts';

const ETH = assetId('ETH');
const BTC = assetId('BTC');

it('legs of one group become one row, with values and thresholds summed', () => {
  const book = buildPositionBook(
    [
      makePosition(
        [
          ['WSTETH', 100, 0.8],
          ['WETH', 50, 0.7],
        ],
        [
          ['USDC', 40],
          ['ETH', 10],
        ],
      ),
    ],
    new Map([[ETH, 2000]]),
  );
  expect(book.assets).toEqual(['ETH', 'USDC']);
  expect([...book.rowCollateralUsd]).toEqual([150, 0]);
  expect([...book.rowThresholdUsd]).toEqual([115, 0]);
  expect([...book.rowDebtUsd]).toEqual([10, 40]);
  expect([...book.assetStable]).toEqual([0, 1]);
  expect([...book.assetReferencePriceUsd]).toEqual([2000, Number.NaN]);
});

it('lists every position once under each asset it touches', () => {
  const book = buildPositionBook(
    [
      makePosition([['ETH', 10, 0.8]], [['USDC', 1]]),
      makePosition([['BTC', 10, 0.8]], [['ETH', 1]]),
      makePosition([['BTC', 10, 0.8]], [['USDC', 1]]),
    ],
    new Map(),
  );
  const touching = (asset: typeof ETH) => {
    const index = book.assetIndex.get(asset) ?? -1;
    return [...book.touching.slice(book.touchStart[index], book.touchStart[index + 1])];
  };
  expect(touching(ETH)).toEqual([0, 1]);
  expect(touching(BTC)).toEqual([1, 2]);
  expect(touching(assetId('USDC'))).toEqual([0, 2]);
});

it('names the assets whose price matters: no dollars, not even bridged ones', () => {
  const book = buildPositionBook(
    [
      makePosition([['LINK', 10, 0.8]], [['USDCE', 1]]),
      makePosition([['DAI', 9, 0.8]], [['BTC', 1]]),
    ],
    new Map(),
  );
  expect(book.assets.filter((_, index) => book.assetStable[index] === 0)).toEqual(['LINK', 'BTC']);
});

it('positions without debt and with unusable figures are left out and counted by reason', () => {
  const book = buildPositionBook(
    [
      makePosition([['ETH', 10, 0.8]], []),
      makePosition([['ETH', 10, 0.8]], [['USDC', 0]]),
      makePosition([['ETH', Number.NaN, 0.8]], [['USDC', 1]]),
      makePosition([['ETH', 10, 0.8]], [['USDC', Number.POSITIVE_INFINITY]]),
      makePosition([['ETH', -1, 0.8]], [['USDC', 1]]),
      makePosition([['ETH', 10, 8300]], [['USDC', 1]]),
      makePosition([['ETH', 10, 0.8]], [['USDC', 1]], { closeFactor: 0 }),
      makePosition([['ETH', 10, 0.8]], [['USDC', 1]], { bonus: Number.NaN }),
      makePosition([['ETH', 10, 0.8]], [['USDC', 1]]),
    ],
    new Map(),
  );
  expect(book.leftOut).toEqual({ withoutDebt: 2, invalid: 6 });
  expect(book.positions).toBe(1);
});

it('remembers which source read each position', () => {
  const book = buildPositionBook(
    ['aave-v3', 'morpho-blue', 'aave-v3'].map((source) =>
      makePosition([['ETH', 10, 0.8]], [['USDC', 1]], { source }),
    ),
    new Map(),
  );
  expect([...book.positionSource].map((index) => book.sources[index])).toEqual([
    'aave-v3',
    'morpho-blue',
    'aave-v3',
  ]);
});
