import { assetId } from '../../../../src/signals/assets.ts';
import type { BorrowPosition } from '../../../../src/signals/model/observations.ts';

/** `[asset, valueUsd, liquidationThresholdFraction]` and `[asset, valueUsd]`. */
export function makePosition(
  collateral: [string, number, number][],
  debt: [string, number][],
  rules: { closeFactor?: number; bonus?: number; source?: string } = {},
): BorrowPosition {
  return {
    kind: 'position',
    source: rules.source ?? 'morpho-blue',
    account: '0x0000000000000000000000000000000000000001',
    collateral: collateral.map(([asset, valueUsd, liquidationThresholdFraction]) => ({
      asset: assetId(asset),
      token: asset,
      amount: '1',
      liquidationThresholdFraction,
      valueUsd,
    })),
    debt: debt.map(([asset, valueUsd]) => ({
      asset: assetId(asset),
      token: asset,
      amount: '1',
      valueUsd,
    })),
    closeFactorFraction: rules.closeFactor ?? 1,
    bonusFraction: rules.bonus ?? 0,
    observedAt: 0,
  };
}
