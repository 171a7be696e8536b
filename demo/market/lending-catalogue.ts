/** The Morpho Blue markets of the simulation: real ones of Ethereum, with made-up ids. */
export interface LendingToken {
  symbol: string;
  address: string;
  decimals: number;
  /** The coin it follows and how many of them one token is worth; `USD` for dollars. */
  follows: string;
  coins: number;
}

export interface LendingMarket {
  /** 32-byte id. */
  marketId: string;
  collateral: LendingToken;
  loan: LendingToken;
  /** Liquidation threshold, fraction. */
  lltv: number;
  /** USD of debt and number of borrowers on an average day. */
  debtUsd: number;
  borrowers: number;
}

const WETH: LendingToken = {
  symbol: 'WETH',
  address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
  decimals: 18,
  follows: 'ETH',
  coins: 1,
};
const WSTETH: LendingToken = {
  symbol: 'wstETH',
  address: '0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0',
  decimals: 18,
  follows: 'ETH',
  coins: 1.2234,
};
const WBTC: LendingToken = {
  symbol: 'WBTC',
  address: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
  decimals: 8,
  follows: 'BTC',
  coins: 1,
};
const CBBTC: LendingToken = {
  symbol: 'cbBTC',
  address: '0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf',
  decimals: 8,
  follows: 'BTC',
  coins: 1,
};
const USDC: LendingToken = {
  symbol: 'USDC',
  address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
  decimals: 6,
  follows: 'USD',
  coins: 1,
};

function market(
  index: number,
  collateral: LendingToken,
  loan: LendingToken,
  lltv: number,
  debtUsd: number,
  borrowers: number,
): LendingMarket {
  const marketId = `0x${index.toString(16).padStart(2, '0').repeat(32)}`;
  return { marketId, collateral, loan, lltv, debtUsd, borrowers };
}

export const LENDING_MARKETS: readonly LendingMarket[] = [
  market(0xa1, WSTETH, USDC, 0.86, 4.2e8, 420),
  market(0xa2, WETH, USDC, 0.86, 2.6e8, 300),
  market(0xb1, WBTC, USDC, 0.86, 5.4e8, 380),
  market(0xb2, CBBTC, USDC, 0.86, 6.1e8, 420),
  // Staked ETH against ETH: no move of ETH against the dollar liquidates these.
  market(0xc1, WSTETH, WETH, 0.945, 3.5e8, 160),
];

/** Liquidation incentive factor: min(1.15, 1 / (1 - 0.3 (1 - lltv))). */
export function incentiveFactor(lltv: number): number {
  return Math.min(1.15, 1 / (1 - 0.3 * (1 - lltv)));
}
