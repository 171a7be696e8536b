import type { AssetPast, MarketBook } from './bot/market-lookup.ts';
import { putNewest } from './bot/put-newest.ts';
import type { EpochMs } from './ports.ts';
import { closedHours, sampledHours } from './signals/aggregates/sampled.ts';
import { AGGREGATES } from './signals/aggregates/settings.ts';
import { joinInstrumentHours } from './signals/history/asset-hours.ts';
import type { AssetId, SourceId } from './signals/model/ids.ts';
import type { MarketView } from './signals/observe/asset-view.ts';
import type { Store } from './store/store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Pasts kept in memory: one is a few MB and takes about a tenth of a second to make. */
const MOST_PASTS = 8;

interface MarketBookParts {
  /** What the last evaluation looked at. */
  view(): MarketView | undefined;
  store: Pick<Store, 'series' | 'liquidations'>;
  now(): EpochMs;
  /** Venues whose forced closings are read. */
  liquidationSources: ReadonlySet<SourceId>;
  supply?: MarketBook['supply'];
}

/** The market for commands, over what the pipeline saw and the store keeps. */
export function createMarketBook(parts: MarketBookParts): MarketBook {
  const { store, now } = parts;
  const pasts = new Map<AssetId, { hourAt: number; past: Promise<AssetPast> }>();

  async function readPast(asset: AssetId): Promise<AssetPast> {
    const from = now() - AGGREGATES.windowDays * DAY_MS;
    const stored = await store.series.readInstrumentHours(asset, from, now());
    return {
      hours: closedHours(joinInstrumentHours(stored), now()),
      sampledMarketHours: sampledHours(closedHours(stored, now())),
    };
  }

  return {
    view: (asset) => parts.view()?.assets.get(asset),
    views: () => [...(parts.view()?.assets.values() ?? [])],
    exchanges: () => (parts.view()?.sources ?? []).filter(({ kind }) => kind === 'exchange'),
    async past(asset) {
      const hourAt = Math.floor(now() / HOUR_MS);
      const kept = pasts.get(asset);
      if (kept?.hourAt === hourAt) return await kept.past;
      const past = readPast(asset);
      putNewest(pasts, asset, { hourAt, past }, MOST_PASTS);
      // A failure is not remembered.
      past.catch(() => pasts.delete(asset));
      return await past;
    },
    marketHours: (asset, from) => store.series.readInstrumentHours(asset, from, now() + 1),
    minutes: (asset, from) => store.series.readAssetMinutes(asset, from, now() + 1),
    supply: (asset) => parts.supply?.(asset),
    liquidations: {
      isPublishedBy: (source) => parts.liquidationSources.has(source),
      minutes: (asset, from) => store.liquidations.minutes(asset, from, now() + 1),
      hours: (asset, from) => store.liquidations.hours(asset, from, now() + 1),
      listened: (from) => store.liquidations.listened(from, now() + 1),
    },
  };
}
