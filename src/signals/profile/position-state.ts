import type { Side } from '../model/ids.ts';

/**
 * One position seen from one asset `a`: its own part and the rest, USD at present prices. Changed
 * in place by `liquidateOnce`.
 */
export interface PositionState {
  collateralOwnUsd: number;
  /** Collateral times liquidation threshold. */
  thresholdOwnUsd: number;
  debtOwnUsd: number;
  collateralRestUsd: number;
  thresholdRestUsd: number;
  debtRestUsd: number;
}

/**
 * The multiple of today's price of `a` beyond which the position can be liquidated, and the way the
 * price has to go; undefined when the price of `a` alone cannot do it:
 *
 *   y = (debtRest - thresholdRest) / (thresholdOwn - debtOwn)
 *
 * both terms positive: below y (a long); both negative: above y (a short). A position of `a`
 * against `a` alone (a staking loop) has no y: it does not depend on the price of `a`. One that can
 * be liquidated at every price counts on the side of its larger holding of `a`: below Infinity if
 * that is collateral, above 0 if it is debt.
 */
export function triggerMultiple(
  state: PositionState,
): { side: Side; multiple: number } | undefined {
  const need = state.debtRestUsd - state.thresholdRestUsd;
  const cover = state.thresholdOwnUsd - state.debtOwnUsd;
  if (need > 0 && cover > 0) return { side: 'down', multiple: need / cover };
  if (need < 0 && cover < 0) return { side: 'up', multiple: need / cover };
  if (need <= 0 || (state.collateralOwnUsd === 0 && state.debtOwnUsd === 0)) return undefined;
  return state.collateralOwnUsd >= state.debtOwnUsd
    ? { side: 'down', multiple: Number.POSITIVE_INFINITY }
    : { side: 'up', multiple: 0 };
}

/**
 * One liquidation with `a` at `multiple` times today's price. Repays a share of the whole debt, as
 * far as the collateral pays for it with the bonus on top. The liquidator's choice is unknown, so
 * the one that moves `a` most is taken: down, seize `a` first and repay other debts first; up, repay
 * `a` first and seize other collateral first. Returns the USD of `a` sold (down) or bought (up), net
 * of what goes the other way: a loop's own repayment buys back most of what is seized.
 */
export function liquidateOnce(
  state: PositionState,
  side: Side,
  multiple: number,
  closeFactorFraction: number,
  bonusFraction: number,
): number {
  const collateralOwn = state.collateralOwnUsd * multiple;
  const debtOwn = state.debtOwnUsd * multiple;
  const collateral = collateralOwn + state.collateralRestUsd;
  const repaid = Math.min(
    closeFactorFraction * (debtOwn + state.debtRestUsd),
    collateral / (1 + bonusFraction),
  );
  const seized = repaid * (1 + bonusFraction);
  const seizedOwn =
    side === 'down'
      ? Math.min(seized, collateralOwn)
      : Math.max(0, seized - state.collateralRestUsd);
  const repaidOwn =
    side === 'down' ? Math.max(0, repaid - state.debtRestUsd) : Math.min(repaid, debtOwn);

  const keepOwn = shareLeft(seizedOwn, collateralOwn);
  state.collateralOwnUsd *= keepOwn;
  state.thresholdOwnUsd *= keepOwn;
  const keepRest = shareLeft(seized - seizedOwn, state.collateralRestUsd);
  state.collateralRestUsd *= keepRest;
  state.thresholdRestUsd *= keepRest;
  state.debtOwnUsd *= shareLeft(repaidOwn, debtOwn);
  state.debtRestUsd *= shareLeft(repaid - repaidOwn, state.debtRestUsd);
  return side === 'down' ? seizedOwn - repaidOwn : repaidOwn - seizedOwn;
}

function shareLeft(taken: number, from: number): number {
  return from > 0 ? Math.max(0, 1 - taken / from) : 0;
}
