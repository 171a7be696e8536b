import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type {
  Completeness,
  LiquidationHour,
  LiquidationMinute,
  ListenedHour,
} from '../signals/model/liquidation-history.ts';

/** Forced closings as the venues published them, in sums by minute, and when anybody listened. */
export interface LiquidationStore {
  /** Adds to what the minutes hold already: each event belongs into exactly one call. */
  add(minutes: readonly LiquidationMinute[]): Promise<void>;
  /**
   * These feeds were up during the minute that begins at `minuteAt` (epoch ms), whether or not they
   * had anything to tell. Safe to repeat; minutes before the last one noted of a feed are ignored.
   */
  noteListening(feeds: readonly ListeningFeed[], minuteAt: number): Promise<void>;
  /** `from` inclusive, `to` exclusive, epoch ms; ascending by time, source, side. */
  minutes(asset: AssetId, from: number, to: number): Promise<LiquidationMinute[]>;
  /** Sums of the whole hours that begin within `from` (inclusive) and `to` (exclusive). */
  hours(asset: AssetId, from: number, to: number): Promise<LiquidationHour[]>;
  /** Hours that begin within `from` (inclusive) and `to` (exclusive); ascending by time, source. */
  listened(from: number, to: number): Promise<ListenedHour[]>;
  /** Deletes what began before; gives the number of rows. */
  prune(before: number): Promise<number>;
}

export interface ListeningFeed {
  source: SourceId;
  completeness: Completeness;
}
