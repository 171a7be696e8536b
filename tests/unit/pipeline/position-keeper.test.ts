import { expect, it } from 'vitest';
import { createPositionKeeper } from '../../../src/pipeline/position-keeper.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetId } from '../../../src/signals/model/ids.ts';
import type { PositionBook } from '../../../src/signals/profile/position-book.ts';
import type { SourceSnapshot } from '../../../src/store/store.ts';
import { makeBorrowPosition, makeGap } from '../../fakes/make-observations.ts';

const T0 = Date.UTC(2026, 0, 1);
const ETH = assetId('ETH');
const BOTH = new Set(['morpho-blue', 'aave-v3']);

function read(
  source: string,
  accounts: Record<string, number>,
  overrides: Partial<SourceSnapshot> = {},
): SourceSnapshot {
  const takenAt = overrides.takenAt ?? T0;
  return {
    source,
    job: 'position',
    takenAt,
    observations: Object.entries(accounts).map(([account, collateralUsd]) =>
      makeBorrowPosition(source, account, collateralUsd, collateralUsd / 2, takenAt),
    ),
    gaps: [],
    ...overrides,
  };
}

const prices = (ethUsd: number): ReadonlyMap<AssetId, number> => new Map([[ETH, ethUsd]]);

/** Collateral of every position at the book's reference, USD, and that reference. */
function ethOf(book: PositionBook | undefined): { collateralUsd: number[]; referenceUsd: number } {
  if (book === undefined) throw new Error('there is no book');
  const eth = book.assetIndex.get(ETH);
  const collateralUsd = [...book.rowAsset].flatMap((asset, row) =>
    asset === eth ? [book.rowCollateralUsd[row] ?? Number.NaN] : [],
  );
  return { collateralUsd, referenceUsd: book.assetReferencePriceUsd[eth ?? -1] ?? Number.NaN };
}

it('without any read there is no book', () => {
  expect(createPositionKeeper().book(prices(100), BOTH)).toBeUndefined();
});

it('a read is valued at the prices of its own time, not at those of today', () => {
  const keeper = createPositionKeeper();
  keeper.book(prices(100), BOTH);
  keeper.add(read('morpho-blue', { a: 1000 }));
  expect(ethOf(keeper.book(prices(80), BOTH))).toEqual({
    collateralUsd: [1000],
    referenceUsd: 100,
  });
  expect(ethOf(keeper.book(prices(60), BOTH)).referenceUsd).toBe(100);
});

it('a new read replaces the one before, at the prices of its time', () => {
  const keeper = createPositionKeeper();
  keeper.book(prices(100), BOTH);
  keeper.add(read('morpho-blue', { a: 1000, b: 500 }));
  keeper.book(prices(80), BOTH);
  keeper.add(read('morpho-blue', { a: 800 }));
  expect(ethOf(keeper.book(prices(60), BOTH))).toEqual({ collateralUsd: [800], referenceUsd: 80 });
});

it('reads of different times are brought to one price', () => {
  const keeper = createPositionKeeper();
  keeper.book(prices(100), BOTH);
  keeper.add(read('morpho-blue', { a: 1000 }));
  keeper.book(prices(80), BOTH);
  keeper.add(read('aave-v3', { b: 800 }));
  const { collateralUsd, referenceUsd } = ethOf(keeper.book(prices(80), BOTH));
  expect(referenceUsd).toBe(100);
  expect(collateralUsd).toEqual([1000, 1000]);
});

it('a read before any price is known takes the first that comes', () => {
  const keeper = createPositionKeeper();
  keeper.add(read('morpho-blue', { a: 1000 }));
  expect(ethOf(keeper.book(prices(90), BOTH)).referenceUsd).toBe(90);
  expect(ethOf(keeper.book(prices(70), BOTH)).referenceUsd).toBe(90);
});

it('a restart re-prices from the prices that were in force at the read', () => {
  const before = createPositionKeeper();
  before.book(prices(100), BOTH);
  const saved = before.add(read('morpho-blue', { a: 1000 }));
  expect(saved.referencePricesUsd).toEqual({ ETH: 100 });
  const after = createPositionKeeper();
  after.restore(saved);
  expect(ethOf(after.book(prices(70), BOTH))).toEqual({
    collateralUsd: [1000],
    referenceUsd: 100,
  });
});

it('the book is built again only when something changed', () => {
  const keeper = createPositionKeeper();
  keeper.book(prices(100), BOTH);
  keeper.add(read('morpho-blue', { a: 1000 }));
  keeper.add(read('aave-v3', { b: 1000 }));
  const book = keeper.book(prices(100), BOTH);
  expect(keeper.book(prices(80), BOTH)).toBe(book);
  keeper.add(read('aave-v3', { b: 1000 }));
  expect(keeper.book(prices(80), BOTH)).not.toBe(book);
});

it('positions of a source that is off or retired are not in the book', () => {
  const keeper = createPositionKeeper();
  keeper.add(read('morpho-blue', { a: 1000 }));
  keeper.add(read('aave-v3', { b: 500 }));
  expect(ethOf(keeper.book(prices(100), new Set(['aave-v3']))).collateralUsd).toEqual([500]);
  expect(keeper.book(prices(100), new Set())).toBeUndefined();
});

it('half a read keeps the positions it did not reach, at today’s value', () => {
  const keeper = createPositionKeeper();
  keeper.book(prices(100), BOTH);
  const before = keeper.add(read('morpho-blue', { a: 1000, b: 500 }));
  keeper.book(prices(80), BOTH);
  const half = read(
    'morpho-blue',
    { a: 790 },
    { takenAt: T0 + 300_000, gaps: [makeGap('morpho-blue', 'position')] },
  );
  const saved = keeper.add(half, before);
  expect(saved.observations).toHaveLength(2);
  expect(ethOf(keeper.book(prices(80), BOTH))).toEqual({
    collateralUsd: [790, 400],
    referenceUsd: 80,
  });
});

it('dollars stay dollars, whatever a market pays for them', () => {
  const USDC = assetId('USDC');
  const keeper = createPositionKeeper();
  keeper.book(
    new Map([
      [ETH, 100],
      [USDC, 1],
    ]),
    BOTH,
  );
  const before = keeper.add(read('morpho-blue', { a: 1000, b: 500 }));
  keeper.book(
    new Map([
      [ETH, 100],
      [USDC, 0.9],
    ]),
    BOTH,
  );
  const saved = keeper.add(read('morpho-blue', { a: 1000 }), before);
  expect(saved.observations[1]).toMatchObject({ account: 'b', debt: [{ valueUsd: 250 }] });
});

it('positions that no read reached for a day are forgotten', () => {
  const keeper = createPositionKeeper();
  const before = keeper.add(read('morpho-blue', { a: 1000, b: 500 }));
  const at = (takenAt: number) => read('morpho-blue', { a: 900 }, { takenAt });
  expect(keeper.add(at(T0 + 86_399_999), before).observations).toHaveLength(2);
  expect(keeper.add(at(T0 + 86_400_000), before).observations).toHaveLength(1);
});
