import { type Borrower, healthFactor, type Lending, tokenPriceUsd } from './lending.ts';
import { LENDING_MARKETS, type LendingMarket, type LendingToken } from './lending-catalogue.ts';

/** One borrower as the protocol's API shows it. */
export interface BorrowerView {
  account: string;
  market: LendingMarket;
  collateralAmount: number;
  collateralUsd: number;
  debtAmount: number;
  debtUsd: number;
  health: number;
}

/** A picture of the lending protocol that later steps do not change. */
export interface LendingView {
  /** Epoch ms. */
  at: number;
  /** Lowest health first. */
  borrowers: readonly BorrowerView[];
  pricesUsd: ReadonlyMap<LendingToken, number>;
}

export function viewLending(lending: Lending, at: number): LendingView {
  const tokens = LENDING_MARKETS.flatMap((market) => [market.collateral, market.loan]);
  const pricesUsd = new Map(tokens.map((token) => [token, tokenPriceUsd(lending, token)]));
  const priceOf = (token: LendingToken): number => pricesUsd.get(token) ?? 0;
  const borrowers = lending.borrowers.map((borrower: Borrower) => ({
    account: borrower.account,
    market: borrower.market,
    collateralAmount: borrower.collateralAmount,
    collateralUsd: borrower.collateralAmount * priceOf(borrower.market.collateral),
    debtAmount: borrower.debtAmount,
    debtUsd: borrower.debtAmount * priceOf(borrower.market.loan),
    health: healthFactor(lending, borrower),
  }));
  return { at, borrowers: borrowers.sort((a, b) => a.health - b.health), pricesUsd };
}
