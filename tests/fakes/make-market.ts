import type { AssetPast, MarketBook } from '../../src/bot/market-lookup.ts';
import type { CirculatingSupply } from '../../src/signals/aggregates/estimated-leverage.ts';
import type { AssetMinute, InstrumentHour } from '../../src/signals/model/history.ts';
import type {
  LiquidationHour,
  LiquidationMinute,
  ListenedHour,
} from '../../src/signals/model/liquidation-history.ts';
import type { AssetView, SourceView } from '../../src/signals/observe/asset-view.ts';

export interface MarketOptions {
  exchanges?: readonly SourceView[];
  past?: Partial<AssetPast>;
  marketHours?: readonly InstrumentHour[];
  minutes?: readonly AssetMinute[];
  supply?: CirculatingSupply;
  /** Venues whose forced closings are read. */
  publishing?: readonly string[];
  closings?: readonly LiquidationMinute[];
  closingHours?: readonly LiquidationHour[];
  listened?: readonly ListenedHour[];
}

/** A market book over these views; every asset has the same past. */
export function makeMarket(views: readonly AssetView[], options: MarketOptions = {}): MarketBook {
  const { past = {}, closings = [], closingHours = [], listened = [] } = options;
  const sources = new Set(views.flatMap(({ venues }) => venues.map(({ source }) => source)));
  const fresh = [...sources].map((source): SourceView => {
    return { source, kind: 'exchange', state: 'fresh', fresh: true, lastSeenAt: views[0]?.at ?? 0 };
  });
  return {
    view: (asset) => views.find((view) => view.asset === asset),
    views: () => views,
    exchanges: () => options.exchanges ?? fresh,
    past: async () => ({ hours: [], sampledMarketHours: [], ...past }),
    marketHours: async (asset, from) =>
      (options.marketHours ?? []).filter((hour) => hour.asset === asset && hour.hourAt >= from),
    minutes: async () => options.minutes ?? [],
    supply: () => options.supply,
    liquidations: {
      isPublishedBy: (source) => (options.publishing ?? []).includes(source),
      minutes: async (_, from) => closings.filter(({ minuteAt }) => minuteAt >= from),
      hours: async (_, from) => closingHours.filter(({ hourAt }) => hourAt >= from),
      listened: async (from) => listened.filter(({ hourAt }) => hourAt >= from),
    },
  };
}
