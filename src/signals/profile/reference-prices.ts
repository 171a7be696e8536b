import type { AssetId } from '../model/ids.ts';
import { createNumbering, indexByAsset, type PositionBook, usablePrice } from './position-book.ts';

/**
 * The book with reference prices for assets that had none (prices first known after the read stand
 * for the read's own); the same book when there is nothing to fill.
 */
export function withReferencePrices(
  book: PositionBook,
  pricesUsd: ReadonlyMap<AssetId, number>,
): PositionBook {
  let filled: Float64Array | undefined;
  book.assets.forEach((asset, index) => {
    if (!Number.isNaN(book.assetReferencePriceUsd[index])) return;
    const price = usablePrice(pricesUsd.get(asset));
    if (Number.isNaN(price)) return;
    filled ??= book.assetReferencePriceUsd.slice();
    filled[index] = price;
  });
  return filled === undefined ? book : { ...book, assetReferencePriceUsd: filled };
}

/**
 * Several reads as one book. Each was valued at its own reference prices: the rows of a later book
 * are brought to the reference of the first one that knows the asset's price.
 */
export function mergePositionBooks(books: readonly PositionBook[]): PositionBook | undefined {
  const [only] = books;
  if (only === undefined || books.length === 1) return only;
  const assets = createNumbering<AssetId>();
  const sources = createNumbering<string>();
  const reference: number[] = [];
  const stable: number[] = [];
  const sizes = { positions: 0, rows: 0 };
  for (const book of books) {
    sizes.positions += book.positions;
    sizes.rows += book.rowAsset.length;
    book.assets.forEach((asset, index) => {
      const merged = assets.indexOf(asset);
      const price = book.assetReferencePriceUsd[index] ?? Number.NaN;
      if (Number.isNaN(reference[merged] ?? Number.NaN)) reference[merged] = price;
      stable[merged] = book.assetStable[index] ?? 0;
    });
  }
  const merged = emptyRows(sizes.positions, sizes.rows);
  let position = 0;
  let row = 0;
  for (const book of books) {
    const assetOf = book.assets.map((asset) => assets.indexOf(asset));
    const factorOf = book.assets.map((_, index) =>
      rebase(book.assetReferencePriceUsd[index], reference[assetOf[index] ?? 0]),
    );
    for (let i = 0; i < book.rowAsset.length; i++) {
      const index = book.rowAsset[i] ?? 0;
      const factor = factorOf[index] ?? 1;
      merged.rowAsset[row + i] = assetOf[index] ?? 0;
      merged.rowCollateralUsd[row + i] = (book.rowCollateralUsd[i] ?? 0) * factor;
      merged.rowThresholdUsd[row + i] = (book.rowThresholdUsd[i] ?? 0) * factor;
      merged.rowDebtUsd[row + i] = (book.rowDebtUsd[i] ?? 0) * factor;
    }
    const sourceOf = book.sources.map((source) => sources.indexOf(source));
    for (let i = 0; i < book.positions; i++) {
      merged.rowStart[position + i + 1] = row + (book.rowStart[i + 1] ?? 0);
      merged.positionSource[position + i] = sourceOf[book.positionSource[i] ?? 0] ?? 0;
    }
    merged.closeFactorFraction.set(book.closeFactorFraction, position);
    merged.bonusFraction.set(book.bonusFraction, position);
    position += book.positions;
    row += book.rowAsset.length;
  }
  return {
    positions: sizes.positions,
    ...merged,
    sources: sources.values,
    assets: assets.values,
    assetIndex: assets.index,
    assetStable: Uint8Array.from(stable),
    assetReferencePriceUsd: Float64Array.from(reference),
    ...indexByAsset(merged.rowAsset, merged.rowStart, assets.values.length),
    leftOut: {
      withoutDebt: books.reduce((sum, book) => sum + book.leftOut.withoutDebt, 0),
      invalid: books.reduce((sum, book) => sum + book.leftOut.invalid, 0),
    },
  };
}

function emptyRows(positions: number, rows: number) {
  return {
    rowStart: new Uint32Array(positions + 1),
    rowAsset: new Uint32Array(rows),
    rowCollateralUsd: new Float64Array(rows),
    rowThresholdUsd: new Float64Array(rows),
    rowDebtUsd: new Float64Array(rows),
    closeFactorFraction: new Float64Array(positions),
    bonusFraction: new Float64Array(positions),
    positionSource: new Uint32Array(positions),
  };
}

/** Factor from one reference price to another; 1 where either is unknown. */
function rebase(from: number | undefined, to: number | undefined): number {
  const factor = (to ?? Number.NaN) / (from ?? Number.NaN);
  return Number.isFinite(factor) ? factor : 1;
}
