// Written by scripts/generate-registries.ts from the files in the folder; not edited by hand.
import { binanceUsdm } from './exchanges/binance-usdm/binance-usdm.ts';
import { bybit } from './exchanges/bybit/bybit.ts';
import { hyperliquid } from './exchanges/hyperliquid/hyperliquid.ts';
import type { ExchangeAdapter } from './kit/define.ts';

export const EXCHANGES: readonly ExchangeAdapter[] = [
  binanceUsdm,
  bybit,
  hyperliquid,
];
