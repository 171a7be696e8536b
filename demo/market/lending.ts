import {
  incentiveFactor,
  LENDING_MARKETS,
  type LendingMarket,
  type LendingToken,
} from './lending-catalogue.ts';
import { createRandom, type RandomStream } from './random.ts';

const HOUR_MS = 3_600_000;
/** The protocol's oracle follows when the price is this far off, or after this long. */
const ORACLE_DEVIATION_FRACTION = 0.005;
const ORACLE_HEARTBEAT_MS = HOUR_MS;
const BORROW_RATE_PER_YEAR = 0.055;
/** Below this health owners begin to add collateral, and this share of them does so in an hour. */
const WORRIED_HEALTH = 1.06;
const WORRIED_SHARE_PER_HOUR = 0.25;

export interface Borrower {
  account: string;
  market: LendingMarket;
  /** Whole tokens. */
  collateralAmount: number;
  debtAmount: number;
}

interface OraclePrice {
  priceUsd: number;
  at: number;
}

/** All borrowers of the protocol and the oracle that decides about them. */
export interface Lending {
  borrowers: Borrower[];
  /** By coin. */
  oracle: Map<string, OraclePrice>;
  random: RandomStream;
  /** USD of new loans each market still owes the scenario. */
  loopingBudgetUsd: Map<string, number>;
}

export interface LendingLiquidation {
  borrower: Borrower;
  /** Collateral seized and sold, USD. */
  soldUsd: number;
  /** Price of the coin at which the position reached its threshold. */
  triggerPriceUsd: number;
  oraclePriceUsd: number;
}

export function tokenPriceUsd(lending: Lending, token: LendingToken): number {
  if (token.follows === 'USD') return 1;
  const oracle = lending.oracle.get(token.follows);
  if (oracle === undefined) throw new RangeError(`no oracle for ${token.follows}`);
  return oracle.priceUsd * token.coins;
}

/** Morpho: collateral value x lltv / debt value; 1 is the threshold. */
export function healthFactor(lending: Lending, borrower: Borrower): number {
  const collateralUsd =
    borrower.collateralAmount * tokenPriceUsd(lending, borrower.market.collateral);
  const debtUsd = borrower.debtAmount * tokenPriceUsd(lending, borrower.market.loan);
  return (collateralUsd * borrower.market.lltv) / debtUsd;
}

/** Coin price at which it is liquidated; undefined where debt and collateral move together. */
export function lendingTriggerPrice(borrower: Borrower): number | undefined {
  const { collateral, loan, lltv } = borrower.market;
  if (loan.follows !== 'USD') return undefined;
  return borrower.debtAmount / (borrower.collateralAmount * collateral.coins * lltv);
}

function address(random: RandomStream): string {
  let text = '0x';
  for (let index = 0; index < 5; index += 1) {
    text += Math.floor(random.uniform() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return text;
}

function openLoan(
  lending: Lending,
  market: LendingMarket,
  debtUsd: number,
  health: number,
): Borrower {
  const collateralUsd = (debtUsd * health) / market.lltv;
  const borrower = {
    account: address(lending.random),
    market,
    collateralAmount: collateralUsd / tokenPriceUsd(lending, market.collateral),
    debtAmount: debtUsd / tokenPriceUsd(lending, market.loan),
  };
  lending.borrowers.push(borrower);
  return borrower;
}

interface PricePath {
  /** Oldest first, USD: closes of the past hours and the lowest price from then until now. */
  closes: readonly number[];
  lowestSince: readonly number[];
}

/**
 * Loans opened along the past price path with the health people usually start with. One that would
 * have been liquidated since was topped up by its owner in time.
 */
export function createLending(
  seed: number,
  at: number,
  pricesUsd: ReadonlyMap<string, number>,
  paths: ReadonlyMap<string, PricePath>,
): Lending {
  const lending: Lending = {
    borrowers: [],
    oracle: new Map([...pricesUsd].map(([coin, priceUsd]) => [coin, { priceUsd, at }])),
    random: createRandom(seed, 'lending'),
    loopingBudgetUsd: new Map(),
  };
  for (const market of LENDING_MARKETS) {
    const path = paths.get(market.collateral.follows);
    for (let index = 0; index < market.borrowers; index += 1) {
      const debtUsd = lending.random.logNormal(market.debtUsd / market.borrowers, 1.3);
      openLoan(lending, market, debtUsd, startingHealth(lending, market, path));
    }
  }
  return lending;
}

function startingHealth(
  lending: Lending,
  market: LendingMarket,
  path: PricePath | undefined,
): number {
  const { random } = lending;
  if (market.loan.follows !== 'USD') return 1.015 + random.exponential(0.03);
  const opened = 1.1 + random.logNormal(0.5, 0.8);
  const hour = Math.floor(random.uniform() * (path?.closes.length ?? 0));
  const openPrice = path?.closes[hour];
  const lowest = path?.lowestSince[hour];
  const now = lending.oracle.get(market.collateral.follows)?.priceUsd;
  if (openPrice === undefined || lowest === undefined || now === undefined) return opened;
  const survived = (opened * lowest) / openPrice > 1;
  return survived ? (opened * now) / openPrice : 1.06 + random.exponential(0.12);
}

function updateOracle(
  lending: Lending,
  at: number,
  pricesUsd: ReadonlyMap<string, number>,
): boolean {
  let changed = false;
  for (const [coin, priceUsd] of pricesUsd) {
    const oracle = lending.oracle.get(coin);
    const off = oracle === undefined ? 1 : Math.abs(priceUsd / oracle.priceUsd - 1);
    if (
      oracle === undefined ||
      off >= ORACLE_DEVIATION_FRACTION ||
      at - oracle.at >= ORACLE_HEARTBEAT_MS
    ) {
      lending.oracle.set(coin, { priceUsd, at });
      changed = true;
    }
  }
  return changed;
}

function topUp(lending: Lending, hours: number): void {
  for (const borrower of lending.borrowers) {
    if (borrower.market.loan.follows !== 'USD') continue;
    const health = healthFactor(lending, borrower);
    if (health >= WORRIED_HEALTH || lending.random.uniform() > WORRIED_SHARE_PER_HOUR * hours)
      continue;
    borrower.collateralAmount *= (1.15 + 0.2 * lending.random.uniform()) / health;
  }
}

/** One health check of everybody: whoever is below 1 is liquidated whole, and the seized part sold. */
function liquidate(lending: Lending): LendingLiquidation[] {
  const liquidations: LendingLiquidation[] = [];
  const kept: Borrower[] = [];
  for (const borrower of lending.borrowers) {
    if (healthFactor(lending, borrower) >= 1) {
      kept.push(borrower);
      continue;
    }
    const { collateral, loan, lltv } = borrower.market;
    const debtUsd = borrower.debtAmount * tokenPriceUsd(lending, loan);
    const collateralUsd = borrower.collateralAmount * tokenPriceUsd(lending, collateral);
    liquidations.push({
      borrower,
      soldUsd: Math.min(collateralUsd, debtUsd * incentiveFactor(lltv)),
      triggerPriceUsd: lendingTriggerPrice(borrower) ?? 0,
      oraclePriceUsd: lending.oracle.get(collateral.follows)?.priceUsd ?? 0,
    });
  }
  lending.borrowers = kept;
  return liquidations;
}

/** Loans of people who borrow against the coin to buy more of it. */
function addLoops(lending: Lending, coin: string, usdPerHour: number, hours: number): void {
  let budget = (lending.loopingBudgetUsd.get(coin) ?? 0) + usdPerHour * hours;
  const markets = LENDING_MARKETS.filter(
    (market) => market.collateral.follows === coin && market.loan.follows === 'USD',
  );
  const size = 1.5e6;
  while (budget >= size && markets.length > 0) {
    const market = markets[lending.random.pick(markets.map((entry) => entry.debtUsd))];
    if (market === undefined) break;
    openLoan(
      lending,
      market,
      size * (0.5 + lending.random.uniform()),
      1.045 + lending.random.exponential(0.05),
    );
    budget -= size;
  }
  lending.loopingBudgetUsd.set(coin, budget);
}

/** One step of the protocol; gives what was liquidated at the oracle's prices. */
export function stepLending(
  lending: Lending,
  input: {
    at: number;
    dtMs: number;
    pricesUsd: ReadonlyMap<string, number>;
    loopingUsdPerHour(coin: string): number;
  },
): LendingLiquidation[] {
  const hours = input.dtMs / HOUR_MS;
  const growth = 1 + (BORROW_RATE_PER_YEAR * hours) / 8760;
  for (const borrower of lending.borrowers) borrower.debtAmount *= growth;
  const changed = updateOracle(lending, input.at, input.pricesUsd);
  const liquidations = changed ? liquidate(lending) : [];
  // Owners look now and then, not every few seconds.
  if (
    Math.floor(input.at / (10 * 60_000)) !== Math.floor((input.at - input.dtMs) / (10 * 60_000))
  ) {
    topUp(lending, 1 / 6);
  }
  for (const coin of input.pricesUsd.keys()) {
    addLoops(lending, coin, input.loopingUsdPerHour(coin), hours);
  }
  return liquidations;
}
