/**
 * What is traded in the simulated market and how large it is. The magnitudes are those of the real
 * venues in 2026 (open interest, daily volume, resting orders), rounded.
 */
export type VenueId = 'binance-usdm' | 'bybit' | 'hyperliquid';

export interface AssetSpec {
  asset: string;
  /** USD per coin around which the price history wanders. */
  basePriceUsd: number;
  /** Deviation of one day's log return on an average day. */
  dailyVolatility: number;
  /** Sensitivity to the market factor. */
  beta: number;
  /** Coins in one unit of the venues' contract (1000 for PEPE). */
  unitCoins: number;
  /** Decimals of the price of one venue unit. */
  priceDecimals: number;
  /** Size of the crowd: number of long positions on a large venue. */
  crowd: number;
  venues: Readonly<Record<VenueId, VenueSize>>;
}

interface VenueSize {
  /** USD, each contract once. */
  openInterestUsd: number;
  /** USD a day. */
  volumeUsd: number;
  /** USD resting within 1 % of mid on each side on an average day. */
  depth1pctUsd: number;
  /** Highest leverage the venue gives on it. */
  maxLeverage: number;
}

function million(
  openInterest: number,
  volume: number,
  depth: number,
  maxLeverage: number,
): VenueSize {
  return {
    openInterestUsd: openInterest * 1e6,
    volumeUsd: volume * 1e6,
    depth1pctUsd: depth * 1e6,
    maxLeverage,
  };
}

export const ASSETS: readonly AssetSpec[] = [
  {
    asset: 'BTC',
    basePriceUsd: 78_000,
    dailyVolatility: 0.022,
    beta: 1,
    unitCoins: 1,
    priceDecimals: 1,
    crowd: 420,
    venues: {
      'binance-usdm': million(6500, 14000, 120, 125),
      bybit: million(2070, 6300, 50, 100),
      hyperliquid: million(2780, 3600, 40, 40),
    },
  },
  {
    asset: 'ETH',
    basePriceUsd: 2_550,
    dailyVolatility: 0.031,
    beta: 1.25,
    unitCoins: 1,
    priceDecimals: 2,
    crowd: 420,
    venues: {
      'binance-usdm': million(4000, 12000, 80, 125),
      bybit: million(1040, 4800, 34, 100),
      hyperliquid: million(2600, 2400, 26, 25),
    },
  },
  {
    asset: 'SOL',
    basePriceUsd: 118,
    dailyVolatility: 0.038,
    beta: 1.35,
    unitCoins: 1,
    priceDecimals: 3,
    crowd: 160,
    venues: {
      'binance-usdm': million(1200, 4000, 24, 100),
      bybit: million(450, 1500, 10, 75),
      hyperliquid: million(600, 1000, 9, 20),
    },
  },
  {
    asset: 'XRP',
    basePriceUsd: 1.62,
    dailyVolatility: 0.038,
    beta: 1.2,
    unitCoins: 1,
    priceDecimals: 4,
    crowd: 140,
    venues: {
      'binance-usdm': million(800, 2100, 15, 75),
      bybit: million(300, 800, 6, 75),
      hyperliquid: million(250, 400, 4, 20),
    },
  },
  {
    asset: 'DOGE',
    basePriceUsd: 0.124,
    dailyVolatility: 0.044,
    beta: 1.45,
    unitCoins: 1,
    priceDecimals: 5,
    crowd: 140,
    venues: {
      'binance-usdm': million(550, 1500, 10, 75),
      bybit: million(200, 600, 4, 75),
      hyperliquid: million(120, 250, 2, 10),
    },
  },
  {
    asset: 'LINK',
    basePriceUsd: 13.4,
    dailyVolatility: 0.042,
    beta: 1.35,
    unitCoins: 1,
    priceDecimals: 3,
    crowd: 110,
    venues: {
      'binance-usdm': million(250, 700, 5.5, 75),
      bybit: million(100, 250, 2.2, 50),
      hyperliquid: million(80, 130, 1.6, 10),
    },
  },
  {
    asset: 'AVAX',
    basePriceUsd: 15.8,
    dailyVolatility: 0.043,
    beta: 1.4,
    unitCoins: 1,
    priceDecimals: 4,
    crowd: 110,
    venues: {
      'binance-usdm': million(160, 450, 3.8, 75),
      bybit: million(60, 170, 1.5, 50),
      hyperliquid: million(50, 80, 1.1, 10),
    },
  },
  {
    asset: 'PEPE',
    basePriceUsd: 6.1e-6,
    dailyVolatility: 0.055,
    beta: 1.6,
    unitCoins: 1000,
    priceDecimals: 7,
    crowd: 110,
    venues: {
      'binance-usdm': million(220, 800, 4.4, 75),
      bybit: million(80, 300, 1.8, 50),
      hyperliquid: million(60, 120, 1.1, 10),
    },
  },
];

/** One contract of one venue. */
export interface ContractSpec {
  venue: VenueId;
  asset: AssetSpec;
  /** The venue's own name. */
  symbol: string;
  /** Linear: sized in coins. Inverse: sized in USD, margined in the coin. */
  inverse: boolean;
  fundingIntervalHours: number;
  size: VenueSize;
}

/** Part of the venue's figures that its inverse twin adds. */
const INVERSE_SHARE = 0.06;
const FOUR_HOURLY: ReadonlySet<string> = new Set(['PEPE', 'AVAX']);

function linear(venue: VenueId, asset: AssetSpec): ContractSpec {
  const prefix = asset.unitCoins === 1 ? '' : String(asset.unitCoins);
  const symbol =
    venue === 'hyperliquid'
      ? `${asset.unitCoins === 1000 ? 'k' : ''}${asset.asset}`
      : `${prefix}${asset.asset}USDT`;
  const fourHourly = FOUR_HOURLY.has(asset.asset);
  const fundingIntervalHours = venue === 'hyperliquid' ? 1 : fourHourly ? 4 : 8;
  return { venue, asset, symbol, inverse: false, fundingIntervalHours, size: asset.venues[venue] };
}

function inverse(asset: AssetSpec): ContractSpec {
  const { openInterestUsd, volumeUsd, depth1pctUsd, maxLeverage } = asset.venues.bybit;
  return {
    venue: 'bybit',
    asset,
    symbol: `${asset.asset}USD`,
    inverse: true,
    fundingIntervalHours: 8,
    size: {
      openInterestUsd: openInterestUsd * INVERSE_SHARE,
      volumeUsd: volumeUsd * INVERSE_SHARE,
      depth1pctUsd: depth1pctUsd * INVERSE_SHARE,
      maxLeverage,
    },
  };
}

/** Every contract, in a fixed order. */
export const CONTRACTS: readonly ContractSpec[] = [
  ...ASSETS.flatMap((asset) => [
    linear('binance-usdm', asset),
    linear('bybit', asset),
    linear('hyperliquid', asset),
  ]),
  ...ASSETS.filter((asset) => asset.asset === 'BTC' || asset.asset === 'ETH').map(inverse),
];
