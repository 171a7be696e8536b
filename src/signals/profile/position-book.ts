import { assetOfToken, isStableAsset } from '../assets.ts';
import type { AssetId, SourceId } from '../model/ids.ts';
import type { BorrowPosition } from '../model/observations.ts';
import { isSoundPosition, owesNothing } from './position-check.ts';

/**
 * Borrow positions in typed arrays, for several hundred thousand of them. Legs of one correlated
 * group (ETH, wstETH, weETH) in one position are one row: they are shocked together. Accounts are
 * not kept.
 */
export interface PositionBook {
  positions: number;
  /** Rows of position `i`: `rowStart[i]` to `rowStart[i + 1]` (exclusive). */
  rowStart: Uint32Array;
  rowAsset: Uint32Array;
  /** USD at the reference prices. */
  rowCollateralUsd: Float64Array;
  /** Collateral times its liquidation threshold, USD at the reference prices. */
  rowThresholdUsd: Float64Array;
  rowDebtUsd: Float64Array;
  closeFactorFraction: Float64Array;
  bonusFraction: Float64Array;
  /** Index into `sources`. */
  positionSource: Uint32Array;
  sources: readonly SourceId[];
  /** Row assets by index. */
  assets: readonly AssetId[];
  assetIndex: ReadonlyMap<AssetId, number>;
  /** 1: worth a dollar by design, never re-priced. */
  assetStable: Uint8Array;
  /** NaN where no reference price was given: such rows keep their value. */
  assetReferencePriceUsd: Float64Array;
  /** Positions with a row of asset `a`: `touching[touchStart[a]]` to `touchStart[a + 1]`. */
  touchStart: Uint32Array;
  touching: Uint32Array;
  /** Positions that are not in the book, by reason. */
  leftOut: { withoutDebt: number; invalid: number };
}

/**
 * Builds the book. `referencePricesUsd`: price of each asset at the time the positions were valued;
 * later prices are compared with it. Positions without debt, and those with a figure that is not
 * finite or out of its range, are left out and counted.
 */
export function buildPositionBook(
  positions: readonly BorrowPosition[],
  referencePricesUsd: ReadonlyMap<AssetId, number>,
): PositionBook {
  const leftOut = { withoutDebt: 0, invalid: 0 };
  const kept: BorrowPosition[] = [];
  let legs = 0;
  for (const position of positions) {
    if (!isSoundPosition(position)) leftOut.invalid += 1;
    else if (owesNothing(position)) leftOut.withoutDebt += 1;
    else {
      kept.push(position);
      legs += position.collateral.length + position.debt.length;
    }
  }

  const assets = createNumbering<AssetId>();
  const groups = new Map<AssetId, number>();
  const sources = createNumbering<SourceId>();
  const rowStart = new Uint32Array(kept.length + 1);
  const rowAsset = new Uint32Array(legs);
  const rowCollateralUsd = new Float64Array(legs);
  const rowThresholdUsd = new Float64Array(legs);
  const rowDebtUsd = new Float64Array(legs);
  const positionSource = new Uint32Array(kept.length);
  let rows = 0;

  const groupIndex = (asset: AssetId): number => {
    const known = groups.get(asset);
    if (known !== undefined) return known;
    const index = assets.indexOf(assetOfToken(asset)?.asset ?? asset);
    groups.set(asset, index);
    return index;
  };
  /** Row of this asset in the position whose rows begin at `first`. */
  const rowOf = (asset: AssetId, first: number): number => {
    const index = groupIndex(asset);
    for (let row = first; row < rows; row++) if (rowAsset[row] === index) return row;
    rowAsset[rows] = index;
    rows += 1;
    return rows - 1;
  };

  kept.forEach((position, i) => {
    const first = rows;
    for (const leg of position.collateral) {
      const row = rowOf(leg.asset, first);
      addTo(rowCollateralUsd, row, leg.valueUsd);
      addTo(rowThresholdUsd, row, leg.valueUsd * leg.liquidationThresholdFraction);
    }
    for (const leg of position.debt) addTo(rowDebtUsd, rowOf(leg.asset, first), leg.valueUsd);
    rowStart[i + 1] = rows;
    positionSource[i] = sources.indexOf(position.source);
  });

  const book = {
    positions: kept.length,
    rowStart,
    rowAsset: rowAsset.slice(0, rows),
    rowCollateralUsd: rowCollateralUsd.slice(0, rows),
    rowThresholdUsd: rowThresholdUsd.slice(0, rows),
    rowDebtUsd: rowDebtUsd.slice(0, rows),
    closeFactorFraction: Float64Array.from(kept, (position) => position.closeFactorFraction),
    bonusFraction: Float64Array.from(kept, (position) => position.bonusFraction),
    positionSource,
    sources: sources.values,
    assets: assets.values,
    assetIndex: assets.index,
    assetStable: Uint8Array.from(assets.values, (asset) => (isStableAsset(asset) ? 1 : 0)),
    assetReferencePriceUsd: Float64Array.from(assets.values, (asset) =>
      usablePrice(referencePricesUsd.get(asset)),
    ),
    leftOut,
  };
  return { ...book, ...indexByAsset(book.rowAsset, rowStart, assets.values.length) };
}

/** The price, or NaN when it is absent or not a positive number. */
export function usablePrice(priceUsd: number | undefined): number {
  return priceUsd !== undefined && priceUsd > 0 && Number.isFinite(priceUsd)
    ? priceUsd
    : Number.NaN;
}

/** Rows are unique by asset within a position, so each position is listed once per asset. */
export function indexByAsset(rowAsset: Uint32Array, rowStart: Uint32Array, assets: number) {
  const touchStart = new Uint32Array(assets + 1);
  for (const asset of rowAsset) addTo(touchStart, asset + 1, 1);
  for (let asset = 0; asset < assets; asset++) {
    addTo(touchStart, asset + 1, touchStart[asset] ?? 0);
  }
  const next = touchStart.slice();
  const touching = new Uint32Array(rowAsset.length);
  for (let position = 0; position + 1 < rowStart.length; position++) {
    const end = rowStart[position + 1] ?? 0;
    for (let row = rowStart[position] ?? 0; row < end; row++) {
      const asset = rowAsset[row] ?? 0;
      touching[next[asset] ?? 0] = position;
      addTo(next, asset, 1);
    }
  }
  return { touchStart, touching };
}

function addTo(values: Float64Array | Uint32Array, index: number, amount: number): void {
  values[index] = (values[index] ?? 0) + amount;
}

export function createNumbering<T>() {
  const values: T[] = [];
  const index = new Map<T, number>();
  return {
    values,
    index,
    indexOf(value: T): number {
      const known = index.get(value);
      if (known !== undefined) return known;
      index.set(value, values.length);
      values.push(value);
      return values.length - 1;
    },
  };
}
