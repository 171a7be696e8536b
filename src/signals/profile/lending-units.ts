import type { AssetId, SourceId } from '../model/ids.ts';
import type { TwoSidedUnits } from '../model/profile.ts';
import { type PositionBook, usablePrice } from './position-book.ts';
import { liquidateOnce, type PositionState, triggerMultiple } from './position-state.ts';
import { createUnitBuffer, finishUnits, pushUnit, type UnitBuffer } from './unit-buffer.ts';

/** A position is followed through this many partial liquidations; the last takes all the rest. */
const MAX_TRANCHES = 4;
/** A rest of the debt below this share of it is repaid together with the tranche before. */
const SMALL_REST_FRACTION = 0.1;

export interface LendingUnits {
  units: TwoSidedUnits;
  /** Positions the price of this asset alone can liquidate within the distance. */
  positions: number;
  /** What they hold (down) or owe (up) of the asset, USD at present prices. */
  exposedUsd: number;
  /** The same by the source that read the positions. */
  exposedBySourceUsd: ReadonlyMap<SourceId, number>;
}

/**
 * The exact part of the profile of one asset: every trigger of every position, the other assets
 * held at their present prices. Rows of other assets are re-priced too, from the book's reference
 * prices; an asset without a price in either map keeps its value.
 *
 * Size of a unit: close factor x debt x (1 + bonus), in USD at the trigger, capped by the
 * collateral. While the close factor is below 1 the rest follows at the next trigger, for a single
 * collateral ln HF' further, HF' = (1 - f(1 + b)LT) / (1 - f); where liquidation does not heal the
 * position (HF' <= 1, the toxic case) all of it comes at the same distance.
 *
 * Sums over assets count a multi-collateral position once in each.
 */
export function lendingUnits(
  book: PositionBook,
  asset: AssetId,
  pricesUsd: ReadonlyMap<AssetId, number>,
  maxDistanceLog = Math.LN2,
): LendingUnits {
  const own = book.assetIndex.get(asset);
  const from = own === undefined ? 0 : (book.touchStart[own] ?? 0);
  const to = own === undefined ? 0 : (book.touchStart[own + 1] ?? 0);
  const down = createUnitBuffer(to - from);
  const up = createUnitBuffer(0);
  const bySource = new Float64Array(book.sources.length);
  const multiples = priceMultiples(book, pricesUsd);
  const state = emptyState();
  let positions = 0;
  for (let entry = from; entry < to; entry++) {
    const position = book.touching[entry] ?? 0;
    viewPosition(book, position, own ?? 0, multiples, state);
    const exposedUsd = addTranches(book, position, state, maxDistanceLog, down, up);
    if (exposedUsd === 0) continue;
    positions += 1;
    const source = book.positionSource[position] ?? 0;
    bySource[source] = (bySource[source] ?? 0) + exposedUsd;
  }
  return {
    units: { down: finishUnits(down), up: finishUnits(up) },
    positions,
    exposedUsd: bySource.reduce((sum, usd) => sum + usd, 0),
    exposedBySourceUsd: new Map(book.sources.map((id, index) => [id, bySource[index] ?? 0])),
  };
}

/** Present over reference price of each asset of the book; 1 for dollars and unknown prices. */
function priceMultiples(book: PositionBook, pricesUsd: ReadonlyMap<AssetId, number>): Float64Array {
  return Float64Array.from(book.assets, (asset, index) => {
    const multiple =
      usablePrice(pricesUsd.get(asset)) / (book.assetReferencePriceUsd[index] ?? Number.NaN);
    return book.assetStable[index] === 1 || Number.isNaN(multiple) ? 1 : multiple;
  });
}

function emptyState(): PositionState {
  return {
    collateralOwnUsd: 0,
    thresholdOwnUsd: 0,
    debtOwnUsd: 0,
    collateralRestUsd: 0,
    thresholdRestUsd: 0,
    debtRestUsd: 0,
  };
}

/** Fills `state` with the position as seen from the asset `own`, at present prices. */
function viewPosition(
  book: PositionBook,
  position: number,
  own: number,
  multiples: Float64Array,
  state: PositionState,
): void {
  state.collateralOwnUsd = 0;
  state.thresholdOwnUsd = 0;
  state.debtOwnUsd = 0;
  state.collateralRestUsd = 0;
  state.thresholdRestUsd = 0;
  state.debtRestUsd = 0;
  const end = book.rowStart[position + 1] ?? 0;
  for (let row = book.rowStart[position] ?? 0; row < end; row++) {
    const index = book.rowAsset[row] ?? 0;
    const multiple = multiples[index] ?? 1;
    const collateralUsd = (book.rowCollateralUsd[row] ?? 0) * multiple;
    const thresholdUsd = (book.rowThresholdUsd[row] ?? 0) * multiple;
    const debtUsd = (book.rowDebtUsd[row] ?? 0) * multiple;
    if (index === own) {
      state.collateralOwnUsd = collateralUsd;
      state.thresholdOwnUsd = thresholdUsd;
      state.debtOwnUsd = debtUsd;
    } else {
      state.collateralRestUsd += collateralUsd;
      state.thresholdRestUsd += thresholdUsd;
      state.debtRestUsd += debtUsd;
    }
  }
}

/** Adds the position's units; returns its exposure, 0 when it has no unit within the distance. */
function addTranches(
  book: PositionBook,
  position: number,
  state: PositionState,
  maxDistanceLog: number,
  down: UnitBuffer,
  up: UnitBuffer,
): number {
  let trigger = triggerMultiple(state);
  if (trigger === undefined) return 0;
  const { side } = trigger;
  const closeFactor = book.closeFactorFraction[position] ?? 1;
  const bonus = book.bonusFraction[position] ?? 0;
  const heldUsd = side === 'down' ? state.collateralOwnUsd : state.debtOwnUsd;
  let rest = 1;
  let multiple = 1;
  let exposedUsd = 0;
  for (let tranche = 1; tranche <= MAX_TRANCHES; tranche++) {
    multiple =
      side === 'down' ? Math.min(multiple, trigger.multiple) : Math.max(multiple, trigger.multiple);
    const distance = Math.abs(Math.log(multiple));
    if (distance > maxDistanceLog) break;
    rest *= 1 - closeFactor;
    const isLast = tranche === MAX_TRANCHES || rest < SMALL_REST_FRACTION;
    const usd = liquidateOnce(state, side, multiple, isLast ? 1 : closeFactor, bonus);
    if (usd > 0) {
      pushUnit(side === 'down' ? down : up, distance, usd);
      exposedUsd = heldUsd;
    }
    if (isLast) break;
    trigger = triggerMultiple(state);
    if (trigger === undefined || trigger.side !== side) break;
  }
  return exposedUsd;
}
