import { assetId } from '../../src/signals/assets.ts';
import type { Age, AssetView, InstrumentView } from '../../src/signals/observe/asset-view.ts';

export const VIEW_AT = Date.UTC(2026, 0, 1, 0, 2);

export interface InstrumentOptions {
  instrument?: string;
  markPriceUsd?: number;
  indexPriceUsd?: number;
  volume24hUsd?: number;
  openInterestBase?: number;
  /** Per interval. */
  rateFraction?: number;
  intervalHours?: number;
  spreadFraction?: number;
  /** Resting within 1 % on each side. */
  depthUsd?: number;
  /** Of all its figures. */
  ageMs?: number;
  assetClass?: 'stock';
}

/** A market of a venue as seen at `VIEW_AT`; figures given as NaN were never seen. */
export function makeInstrument(source: string, options: InstrumentOptions = {}): InstrumentView {
  const { markPriceUsd = 2500, openInterestBase = 1000, rateFraction = 0.0001 } = options;
  const { intervalHours = 8, ageMs = 40_000, volume24hUsd = 5e6, indexPriceUsd = 2500 } = options;
  const { spreadFraction = 0.0001, depthUsd = 1e6 } = options;
  const age: Age = { observedAt: VIEW_AT - ageMs, ageMs, fresh: ageMs <= 180_000 };
  const known = (value: number) => Number.isFinite(value);
  return {
    source,
    instrument: options.instrument ?? 'ETHUSDT',
    fresh: age.fresh,
    ...(known(markPriceUsd) && {
      market: {
        ...age,
        markPriceUsd,
        ...(known(indexPriceUsd) && { indexPriceUsd }),
        ...(known(volume24hUsd) && { volume24hUsd }),
        ...(options.assetClass && { assetClass: options.assetClass }),
      },
    }),
    ...(known(openInterestBase) && {
      openInterest: { ...age, openInterestBase, openInterestUsd: openInterestBase * 2500 },
    }),
    ...(known(rateFraction) && {
      funding: {
        ...age,
        rateFraction,
        intervalHours,
        annualFraction: (rateFraction * 8760) / intervalHours,
      },
    }),
    ...(known(depthUsd) && {
      book: {
        ...age,
        ...(known(spreadFraction) && { spreadFraction }),
        levels: [{ distanceFraction: 0.01, bidUsd: depthUsd, askUsd: depthUsd }],
      },
    }),
  };
}

/** A view of these markets. What comes from the board as a whole can be given. */
export function makeView(
  instruments: readonly InstrumentView[],
  overrides: Partial<AssetView> = {},
): AssetView {
  const bySource = Map.groupBy(instruments, ({ source }) => source);
  const venues = [...bySource].map(([source, own]) => {
    const openInterestBase = own.reduce(
      (sum, { openInterest }) => sum + (openInterest?.openInterestBase ?? 0),
      0,
    );
    const fresh = own.every((instrument) => instrument.fresh);
    const ageMs = Math.max(0, ...own.map(({ market }) => market?.ageMs ?? 0));
    return {
      source,
      openInterestBase,
      openInterestUsd: openInterestBase * 2500,
      freshInterestUsd: fresh ? openInterestBase * 2500 : 0,
      observedAt: VIEW_AT - ageMs,
      ageMs,
      fresh,
    };
  });
  const openInterestBase = venues.reduce((sum, venue) => sum + venue.openInterestBase, 0);
  return {
    asset: assetId('ETH'),
    at: VIEW_AT,
    price: { usd: 2500, observedAt: VIEW_AT - 40_000, ageMs: 40_000, fresh: true },
    openInterestBase,
    openInterestUsd: openInterestBase * 2500,
    venues,
    funding: [],
    depth: [],
    lending: [],
    instruments,
    quarantined: [],
    coverage: {
      venuesExpected: venues.length,
      venuesFresh: venues.filter(({ fresh }) => fresh).length,
      missing: venues
        .filter(({ fresh }) => !fresh)
        .map(({ source, observedAt }) => ({
          source,
          wanted: 'market',
          reason: 'timeout' as const,
          lastSeenAt: observedAt,
        })),
      oldestAgeMs: 40_000,
      fraction: 1,
    },
    ...overrides,
  };
}
