import type { CirculatingSupply } from '../signals/aggregates/estimated-leverage.ts';
import type { AssetHour, AssetMinute, InstrumentHour } from '../signals/model/history.ts';
import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type {
  LiquidationHour,
  LiquidationMinute,
  ListenedHour,
} from '../signals/model/liquidation-history.ts';
import type { AssetView, SourceView } from '../signals/observe/asset-view.ts';

/** An asset's closed hours of up to 180 days, oldest first. */
export interface AssetPast {
  hours: readonly AssetHour[];
  /** Of its single markets, only those at which samples are taken. */
  sampledMarketHours: readonly InstrumentHour[];
}

/** Read-only look at the market as the last evaluation saw it, and at what is stored of its past. */
export interface MarketBook {
  /** Undefined: not listed anywhere, or nothing has been looked at yet. */
  view(asset: AssetId): AssetView | undefined;
  /** All assets of the newest look; empty before the first one. */
  views(): readonly AssetView[];
  /** The venues that are read, whatever their state; empty before the first look. */
  exchanges(): readonly SourceView[];
  past(asset: AssetId): Promise<AssetPast>;
  /** From `from` (epoch ms) to now, the running hour included. */
  marketHours(asset: AssetId, from: number): Promise<readonly InstrumentHour[]>;
  minutes(asset: AssetId, from: number): Promise<readonly AssetMinute[]>;
  /** Coins in circulation, where a venue passes that on. */
  supply(asset: AssetId): CirculatingSupply | undefined;
  liquidations: LiquidationLookup;
}

export interface LiquidationLookup {
  /** Does the program read a feed of forced closings of this venue? */
  isPublishedBy(source: SourceId): boolean;
  /** From `from` (epoch ms) to now. */
  minutes(asset: AssetId, from: number): Promise<readonly LiquidationMinute[]>;
  hours(asset: AssetId, from: number): Promise<readonly LiquidationHour[]>;
  /** Of all venues: whether anybody listened. */
  listened(from: number): Promise<readonly ListenedHour[]>;
}
