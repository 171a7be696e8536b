import type { ContractView } from '../venue-view.ts';

/** Mark and index prices: eight decimals whatever the tick. */
export function price(view: ContractView, usd: number): string {
  return (usd * view.contract.asset.unitCoins).toFixed(8);
}

/** Traded prices: the contract's tick. */
export function traded(view: ContractView, usd: number): string {
  return (usd * view.contract.asset.unitCoins).toFixed(view.contract.asset.priceDecimals);
}

/** Coins as venue units. */
export function units(view: ContractView, coins: number): string {
  return (coins / view.contract.asset.unitCoins).toFixed(3);
}
