import { isStableAsset } from '../signals/assets.ts';
import type { AssetId } from '../signals/model/ids.ts';
import type { BorrowPosition, Gap } from '../signals/model/observations.ts';
import type { SourceSnapshot } from '../store/store.ts';

/** A position that no read reached for this long has most likely been closed, ms. */
const FORGET_AFTER_MS = 24 * 3_600_000;

/** Did a page or a chain fail? A chosen limit (`unsupported`) is no failure. */
export function isHalfRead(gaps: readonly Gap[]): boolean {
  return gaps.some((gap) => gap.reason !== 'unsupported');
}

/**
 * Half a read of positions, completed with those of the read before that it did not reach: losing
 * sight of a debt does not repay it. They are valued at `pricesUsd`, like the read itself.
 */
export function completeHalfRead(
  read: SourceSnapshot,
  before: SourceSnapshot | undefined,
  pricesUsd: ReadonlyMap<AssetId, number>,
): SourceSnapshot {
  const reached = new Set(positionsOf(read).map(positionKey));
  const beforeUsd = before?.referencePricesUsd ?? {};
  const missed = (before === undefined ? [] : positionsOf(before))
    .filter((position) => !reached.has(positionKey(position)))
    .filter((position) => read.takenAt - position.observedAt < FORGET_AFTER_MS)
    .map((position) => repriced(position, beforeUsd, pricesUsd));
  return { ...read, observations: [...read.observations, ...missed] };
}

function positionsOf(snapshot: SourceSnapshot): BorrowPosition[] {
  return snapshot.observations.filter((observation) => observation.kind === 'position');
}

function positionKey(position: BorrowPosition): string {
  return `${position.market ?? ''} ${position.account}`;
}

/** Legs keep their value where a price is unknown, and where they are dollars. */
function repriced(
  position: BorrowPosition,
  from: Readonly<Record<string, number>>,
  to: ReadonlyMap<AssetId, number>,
): BorrowPosition {
  const valued = <L extends { asset: AssetId; valueUsd: number }>(leg: L): L => {
    const factor = (to.get(leg.asset) ?? Number.NaN) / (from[leg.asset] ?? Number.NaN);
    if (isStableAsset(leg.asset) || !Number.isFinite(factor)) return leg;
    return { ...leg, valueUsd: leg.valueUsd * factor };
  };
  return {
    ...position,
    collateral: position.collateral.map(valued),
    debt: position.debt.map(valued),
  };
}
