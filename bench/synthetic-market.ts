import { assetId } from '../src/signals/assets.ts';
import type { InstrumentHour } from '../src/signals/model/history.ts';
import type { AssetId } from '../src/signals/model/ids.ts';
import type { BorrowPosition, InstrumentFigures } from '../src/signals/model/observations.ts';

const HOUR_MS = 3_600_000;
export const VENUES = ['binance-usdm', 'bybit', 'hyperliquid'] as const;

export interface SyntheticAsset {
  asset: AssetId;
  priceUsd: number;
  openInterestUsd: number;
}

/** `count` assets; the first few are real names that lending positions refer to. */
export function syntheticAssets(count: number): SyntheticAsset[] {
  const known = ['BTC', 'ETH', 'SOL', 'LINK', 'AVAX'];
  return Array.from({ length: count }, (_, index) => ({
    asset: assetId(known[index] ?? `COIN${index}`),
    priceUsd: 50_000 / (index + 1),
    openInterestUsd: 8e9 / (index + 1),
  }));
}

/** Funding, open interest, mark and depth of every asset at one venue, moved a little by `random`. */
export function venueFigures(
  source: string,
  assets: readonly SyntheticAsset[],
  at: number,
  random: () => number,
): InstrumentFigures[] {
  return assets.flatMap(({ asset, priceUsd, openInterestUsd }, index): InstrumentFigures[] => {
    const mark = priceUsd * (1 + (random() - 0.5) * 0.002);
    const base = { source, asset, instrument: `${asset}USDT`, observedAt: at };
    const usd = (openInterestUsd / VENUES.length) * (1 + (random() - 0.5) * 0.01);
    const figures: InstrumentFigures[] = [
      { kind: 'market', ...base, markPriceUsd: mark, volume24hUsd: usd * 2 },
      {
        kind: 'open-interest',
        ...base,
        openInterestBase: usd / mark,
        openInterestUsd: usd,
        counting: 'one-sided as published',
      },
      {
        kind: 'funding',
        ...base,
        rateFraction: 0.0001,
        intervalHours: 8,
        phase: 'predicted',
        annualFraction: 0.1095,
      },
    ];
    if (index < 20) {
      const levels = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05].map((distanceFraction) => ({
        distanceFraction,
        bidUsd: usd * distanceFraction,
        askUsd: usd * distanceFraction,
      }));
      figures.push({ kind: 'depth', ...base, midPriceUsd: mark, levels });
    }
    return figures;
  });
}

/** Hourly history of every asset at one venue, a random walk that ends at the present price. */
export function venueHistory(
  source: string,
  assets: readonly SyntheticAsset[],
  hours: number,
  endAt: number,
  random: () => number,
): InstrumentHour[] {
  return assets.flatMap(({ asset, priceUsd, openInterestUsd }) => {
    let price = priceUsd;
    return Array.from({ length: hours }, (_, back): InstrumentHour => {
      const close = price;
      price *= 1 + (random() - 0.5) * 0.012;
      return {
        source,
        instrument: `${asset}USDT`,
        asset,
        hourAt: endAt - (back + 1) * HOUR_MS,
        closePriceUsd: close,
        highPriceUsd: Math.max(close, price) * 1.001,
        lowPriceUsd: Math.min(close, price) * 0.999,
        openInterestBase: openInterestUsd / VENUES.length / close,
        fundingAnnualFraction: 0.1,
        volumeUsd: openInterestUsd / 12,
      };
    });
  });
}

/** Borrowers of USDC against one of the first five assets, healthy by 0 to 50 %. */
export function borrowPositions(
  count: number,
  assets: readonly SyntheticAsset[],
  at: number,
  random: () => number,
): BorrowPosition[] {
  return Array.from({ length: count }, (_, index): BorrowPosition => {
    const asset = assets[index % 5]?.asset ?? assetId('ETH');
    const debtUsd = 1000 + random() * 50_000;
    const health = 1.005 + random() * 0.5;
    return {
      kind: 'position',
      source: 'morpho-blue',
      account: `0x${index.toString(16).padStart(40, '0')}`,
      collateral: [
        {
          asset,
          token: asset,
          amount: '1',
          liquidationThresholdFraction: 0.86,
          valueUsd: (debtUsd * health) / 0.86,
        },
      ],
      debt: [{ asset: assetId('USDC'), token: 'USDC', amount: '1', valueUsd: debtUsd }],
      healthFactor: health,
      closeFactorFraction: 1,
      bonusFraction: 0.0438,
      observedAt: at,
    };
  });
}
