import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetClass } from '../../signals/model/observations.ts';

/** Every class a market can have but that of coins, which is the absent one. */
export type NonCoinClass = Exclude<AssetClass, 'crypto'>;

/**
 * Names of what is no coin, as venues write them, for venues that do not say it themselves. Only
 * names no coin of any size has: `SPX`, `GOLD`, `OIL`, `GAS`, `BB` and `QNT` are coins too.
 */
const NAMES: Readonly<Record<NonCoinClass, readonly string[]>> = {
  metal: [
    'XAU',
    'XAG',
    'XPT',
    'XPD',
    'XCU',
    'XAUUSD',
    'XAGUSD',
    'SILVER',
    'PLATINUM',
    'PALLADIUM',
  ].concat(['COPPER', 'ALUMINUM', 'ALUMINIUM', 'NICKEL', 'ZINC']),
  commodity: [
    'WTI',
    'BRENT',
    'BRENTOIL',
    'USOIL',
    'UKOIL',
    'CRUDE',
    'NATGAS',
    'XNG',
    'XBR',
    'XTI',
  ].concat(['CL', 'BZ', 'WHEAT', 'SOYBEAN']),
  fx: ['EUR', 'GBP', 'JPY', 'AUD', 'CHF', 'CAD', 'NZD', 'KRW', 'MXN', 'BRL', 'TRY', 'CNH', 'SGD']
    .concat(['EURUSD', 'GBPUSD', 'AUDUSD', 'NZDUSD', 'USDJPY', 'USDKRW', 'USDCHF', 'USDCAD'])
    .concat(['USDCNH', 'USDMXN', 'USDBRL', 'USDTRY', 'EURJPY', 'GBPJPY', 'EURGBP']),
  index: ['SPX500', 'US500', 'SP500', 'NAS100', 'US100', 'USTECH', 'NDX', 'US30', 'DJI', 'US2000']
    .concat(['XYZ100', 'JP225', 'NIKKEI', 'KR200', 'KOSPI200', 'HK50', 'HSI', 'CN50', 'DE40'])
    .concat(['DAX40', 'UK100', 'FTSE100', 'EU50', 'MAG7', 'SMALL2000', 'DXY', 'VIX']),
  stock: ['AAPL', 'AMD', 'AMZN', 'ARM', 'ASML', 'AVGO', 'BABA', 'COIN', 'CRCL', 'CRWV', 'DELL']
    .concat(['GOOG', 'GOOGL', 'HOOD', 'IBM', 'INTC', 'META', 'MRVL', 'MSFT', 'MSTR', 'MU', 'NFLX'])
    .concat(['NVDA', 'ORCL', 'PLTR', 'QCOM', 'RDDT', 'RIVN', 'SMCI', 'SNDK', 'TSLA', 'TSM'])
    .concat(['BMNR', 'GME', 'HIMS', 'SBET', 'UBER', 'ABNB', 'PYPL', 'SHOP', 'WMT', 'COST', 'DIS'])
    .concat(['JNJ', 'JPM', 'LLY', 'MCD', 'NKE', 'NVO', 'PFE', 'UNH', 'XOM', 'BRKB'])
    .concat(['QQQ', 'SPY', 'TQQQ', 'SQQQ', 'SOXL', 'SOXS', 'SOXX', 'TSLL', 'EWY', 'EWJ', 'IWM'])
    .concat(['HYUNDAI', 'SAMSUNG', 'SKHX', 'SKHYNIX', 'SMSN', 'TENCENT', 'XIAOMI'])
    .concat(['ANTHROPIC', 'OPENAI', 'SPACEX', 'SPCX']),
};

const CLASS_OF: ReadonlyMap<string, NonCoinClass> = new Map(
  (Object.keys(NAMES) as NonCoinClass[]).flatMap((assetClass) =>
    NAMES[assetClass].map((name): [string, NonCoinClass] => [name, assetClass]),
  ),
);

/** Class of a base name by the name alone; undefined: a coin, as far as the name tells. */
export function classOfName(base: string): NonCoinClass | undefined {
  return CLASS_OF.get(base.toUpperCase());
}

const GOLD = 'GOLD';
const METAL_CODES: ReadonlyMap<string, string> = new Map([
  [GOLD, 'XAU'],
  ['SILVER', 'XAG'],
  ['PLATINUM', 'XPT'],
  ['PALLADIUM', 'XPD'],
  ['COPPER', 'XCU'],
]);

/**
 * Venues that have one class for all commodities (Binance `COMMODITY`, Bybit `commodity`,
 * Hyperliquid `commodities`) mean metals too: told apart by the name.
 */
export function commodityClass(base: string): NonCoinClass {
  return base === GOLD || classOfName(base) === 'metal' ? 'metal' : 'commodity';
}

/**
 * The one name of a metal, which venues write as a word or as a code: GOLD and XAU are the same
 * market, and not the coin GOLD. Other assets are given back as they are.
 */
export function assetOfClass(asset: AssetId, assetClass: NonCoinClass | undefined): AssetId {
  return assetClass === 'metal' ? ((METAL_CODES.get(asset) ?? asset) as AssetId) : asset;
}
