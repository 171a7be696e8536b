import type { NoticeKind } from '../src/alerts/model.ts';
import type { Level, Side } from '../src/signals/model/ids.ts';
import type { Reading } from '../src/signals/model/reading.ts';
import type { AssetTruth, ShockTruth, Truth } from './market/truth.ts';

const MINUTE_MS = 60_000;
/** A cascade runs while a minute's forced orders exceed this share of the open interest before it. */
export const CASCADE_SHARE_PER_MINUTE = 0.001;
/** It is over when no minute did for this long. */
export const CALM_AFTER_MS = 15 * MINUTE_MS;

/** A notice as it went out. */
export interface ToldNotice {
  kind: NoticeKind;
  side: Side;
  level: Level;
  at: number;
}

/** What the product said about one asset. */
export interface ToldAsset {
  asset: string;
  notices: readonly ToldNotice[];
  /** In time order. */
  readings: readonly Reading[];
}

/** Forced orders and end point a reading implies for a given move from outside. */
export interface Prediction {
  forcedUsd: number;
  /** 1 - P/P0 down, P/P0 - 1 up. */
  endFraction: number;
}

export interface MessageCounts {
  decided: number;
  sent: number;
  refused: number;
  expired: number;
  /** Replaced unsent by a newer message of the same alert. */
  superseded: number;
  lost: number;
}

export interface Told {
  assets: readonly ToldAsset[];
  messages: MessageCounts;
  /** Real ms the demo took. */
  durationMs: number;
  /** The product's own what-if on a stored reading. */
  predict(reading: Reading, side: Side, shockFraction: number): Prediction;
}

/** Null where the thing never happened or was never said. */
export interface AssetReport {
  asset: string;
  firstWarningAt: number | null;
  cascadeStartAt: number | null;
  /** From the first warning to the start of the cascade; negative when the warning came late. */
  leadMs: number | null;
  predictedForcedUsd: number | null;
  trueForcedUsd: number | null;
  predictedEndFraction: number | null;
  trueEndFraction: number | null;
  clearedAt: number | null;
}

export interface DemoReport {
  assets: AssetReport[];
  messages: MessageCounts;
  durationMs: number;
}

/** What really came of a shock. */
export interface Episode {
  shock: ShockTruth;
  /**
   * First minute, from the shock on, whose forced orders on the shocked side exceed
   * `CASCADE_SHARE_PER_MINUTE` of the open interest before the shock. Undefined: no cascade.
   */
  cascadeStartAt?: number;
  /** End of the last such minute that is not `CALM_AFTER_MS` away from the one before. */
  cascadeEndAt?: number;
  /** All forced orders of that side (perps of every venue, loans) from the shock until calm, USD. */
  forcedUsd: number;
  /** Farthest price from the shock until calm against the price before it, fraction. */
  endFraction: number;
  /** ln of that over ln of the shock alone. */
  amplification: number;
}

/** Reads the largest shock of an asset and its consequences out of the record. */
export function findEpisode(truth: AssetTruth): Episode | undefined {
  const shock = truth.shocks.toSorted((a, b) => b.fraction - a.fraction)[0];
  if (shock === undefined) return undefined;
  const down = shock.side === 'down';
  const forcedIn = (minute: AssetTruth['minutes'][number]): number =>
    down ? minute.forcedSellUsd : minute.forcedBuyUsd;
  const threshold = CASCADE_SHARE_PER_MINUTE * shock.openInterestBeforeUsd;
  const since = truth.minutes.filter((minute) => minute.at + MINUTE_MS > shock.startAt);

  let startAt: number | undefined;
  let endAt: number | undefined;
  for (const minute of since) {
    // A later episode is not part of this one.
    if (minute.at - (endAt ?? shock.endAt) > CALM_AFTER_MS) break;
    if (forcedIn(minute) <= threshold) continue;
    startAt ??= minute.at;
    endAt = minute.at + MINUTE_MS;
  }
  const calmAt = (endAt ?? shock.endAt) + CALM_AFTER_MS;
  const during = since.filter((minute) => minute.at < calmAt);
  const before = shock.priceBeforeUsd;
  const farthest = down
    ? Math.min(before, ...during.map((minute) => minute.lowUsd))
    : Math.max(before, ...during.map((minute) => minute.highUsd));
  const shockLog = down ? -Math.log(1 - shock.fraction) : Math.log(1 + shock.fraction);
  return {
    shock,
    ...(startAt === undefined ? {} : { cascadeStartAt: startAt }),
    ...(endAt === undefined ? {} : { cascadeEndAt: endAt }),
    forcedUsd: during.reduce((sum, minute) => sum + forcedIn(minute), 0),
    endFraction: Math.abs(farthest / before - 1),
    amplification: Math.abs(Math.log(farthest / before)) / shockLog,
  };
}

const WARNINGS: ReadonlySet<NoticeKind> = new Set(['raise', 'escalate']);

/**
 * Compares what was said with what came. Only the side of the shock counts. The prediction is that
 * of the last reading before the shock, for the shock that really came; `clearedAt` is the first
 * all-clear after the cascade (or, without one, after the shock) began.
 */
export function buildReport(truth: Truth, told: Told): DemoReport {
  return {
    assets: told.assets.map((asset) =>
      reportAsset(
        asset,
        truth.assets.find((entry) => entry.asset === asset.asset),
        told,
      ),
    ),
    messages: told.messages,
    durationMs: told.durationMs,
  };
}

function reportAsset(asset: ToldAsset, truth: AssetTruth | undefined, told: Told): AssetReport {
  const episode = truth === undefined ? undefined : findEpisode(truth);
  const side = episode?.shock.side;
  const notices = asset.notices.filter((notice) => side === undefined || notice.side === side);
  const firstWarningAt = notices.find((notice) => WARNINGS.has(notice.kind))?.at ?? null;
  const cascadeStartAt = episode?.cascadeStartAt ?? null;
  const from = cascadeStartAt ?? episode?.shock.startAt ?? firstWarningAt;
  const cleared = notices.find(
    (notice) => notice.kind === 'all-clear' && from !== null && notice.at > from,
  );
  const prediction = episode === undefined ? undefined : predictionFor(asset, episode.shock, told);
  return {
    asset: asset.asset,
    firstWarningAt,
    cascadeStartAt,
    leadMs:
      firstWarningAt === null || cascadeStartAt === null ? null : cascadeStartAt - firstWarningAt,
    predictedForcedUsd: prediction?.forcedUsd ?? null,
    trueForcedUsd: episode?.forcedUsd ?? null,
    predictedEndFraction: prediction?.endFraction ?? null,
    trueEndFraction: episode?.endFraction ?? null,
    clearedAt: cleared?.at ?? null,
  };
}

function predictionFor(asset: ToldAsset, shock: ShockTruth, told: Told): Prediction | undefined {
  const reading = asset.readings.findLast((entry) => entry.at <= shock.startAt);
  return reading === undefined ? undefined : told.predict(reading, shock.side, shock.fraction);
}
