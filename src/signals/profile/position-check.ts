import type { BorrowPosition } from '../model/observations.ts';

/** Every figure finite and in its range: values >= 0, fractions 0-1 (a close factor above 0). */
export function isSoundPosition(position: BorrowPosition): boolean {
  return (
    position.closeFactorFraction > 0 &&
    isFraction(position.closeFactorFraction) &&
    isFraction(position.bonusFraction) &&
    position.collateral.every(
      (leg) => isAmount(leg.valueUsd) && isFraction(leg.liquidationThresholdFraction),
    ) &&
    position.debt.every((leg) => isAmount(leg.valueUsd))
  );
}

/** No debt of any value. */
export function owesNothing(position: BorrowPosition): boolean {
  return position.debt.every((leg) => leg.valueUsd === 0);
}

function isAmount(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

function isFraction(value: number): boolean {
  return value >= 0 && value <= 1;
}
