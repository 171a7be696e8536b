import type { AssetHour } from '../model/history.ts';
import type { AssetId, Side } from '../model/ids.ts';
import { buildEntryMap, type EntryMap } from '../profile/entry-map.ts';
import { pastReach } from '../profile/past-reach.ts';
import type { ProfileSettings } from '../profile/settings.ts';
import { sigma24hNow, sigma24hSeries } from '../profile/volatility.ts';
import { latentReachRatio } from './reach-ratio.ts';
import { quantile, type RobustStats, robustStats } from './robust.ts';
import type { ScoreSettings } from './settings.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 168;
/** A day's volume is scaled up from at least this many of its hours. */
const MIN_VOLUME_HOURS = 18;

/**
 * The asset's own past as the score needs it: made once an hour, kept by the caller. It stands on
 * closed hours only and its window ends with the last of them, not with the clock: when the hours
 * stop coming, it stays what it was.
 */
export interface AssetBaseline {
  asset: AssetId;
  /** Epoch ms. */
  builtAt: number;
  /** Closed hours with a price in the window. */
  hoursAvailable: number;
  /** Start of the last one, epoch ms. */
  lastHourAt?: number;
  entryMap?: EntryMap;
  volatility?: VolatilityBaseline;
  funding?: FundingBaseline;
  /** ln(open interest USD / 24 h volume USD). */
  openInterestLoad?: RobustStats;
  /** Traded in the last 24 closed hours, by the venues that keep hourly volume. */
  volume24hUsd?: number;
  /** Past reach per volume at 2 typical sigma, ascending; absent while there are too few. */
  pastReachRatios?: Readonly<Record<Side, readonly number[]>>;
}

export interface VolatilityBaseline {
  /** 24 h volatility after the last closed hour, log return. */
  sigma24h: number;
  lastCloseUsd: number;
  /** Variance with a running hour of log return r: `base + perSquare * r^2`. */
  running: { base: number; perSquare: number };
  /** Past log2 of the 24 h volatility. */
  log2Stats?: RobustStats;
}

export interface FundingBaseline {
  /** Mean over the last 7 days, simple annual fraction. */
  mean7dAnnual: number;
  /** Hourly rates: what overdue funding is pushed to, at most. */
  q05Annual: number;
  q95Annual: number;
  /** Past 7-day means, simple annual fraction. */
  stats?: RobustStats;
}

export interface BaselineSettings {
  score: ScoreSettings;
  profile: ProfileSettings;
}

/** `hours`: oldest first; those still running at `now`, or without a usable price, are left out. */
export function buildBaseline(
  asset: AssetId,
  hours: readonly AssetHour[],
  now: number,
  settings: BaselineSettings,
): AssetBaseline {
  const closed = closedWindow(hours, now, settings.score.windowDays);
  const last = closed.at(-1);
  const empty: AssetBaseline = { asset, builtAt: now, hoursAvailable: closed.length };
  if (last === undefined) return empty;
  const sigmas = sigma24hSeries(closed);
  const volumes = dailyVolumes(closed);
  const entryMap = buildEntryMap(closed, settings.profile);
  const volatility = volatilityBaseline(closed, sigmas, last, settings.score);
  const funding = fundingBaseline(closed, settings.score);
  const openInterestLoad = loadStats(closed, volumes, settings.score);
  const volume24hUsd = volumes.at(-1);
  const pastReachRatios = pastRatios(closed, volumes, volatility, settings);
  return {
    ...empty,
    lastHourAt: last.hourAt,
    ...(entryMap === undefined ? {} : { entryMap }),
    ...(volatility === undefined ? {} : { volatility }),
    ...(funding === undefined ? {} : { funding }),
    ...(openInterestLoad === undefined ? {} : { openInterestLoad }),
    ...(volume24hUsd === undefined || !(volume24hUsd > 0) ? {} : { volume24hUsd }),
    ...(pastReachRatios === undefined ? {} : { pastReachRatios }),
  };
}

/** 24 h volatility now: a move inside the running hour counts at once, a quiet part of it does not. */
export function liveSigma24h(baseline: VolatilityBaseline, priceUsd: number): number {
  const moveLog = Math.log(priceUsd / baseline.lastCloseUsd);
  const { base, perSquare } = baseline.running;
  return Math.max(baseline.sigma24h, Math.sqrt(Math.max(0, base + perSquare * moveLog ** 2)));
}

function closedWindow(hours: readonly AssetHour[], now: number, windowDays: number): AssetHour[] {
  const closed = hours.filter(
    (hour) =>
      hour.hourAt + HOUR_MS <= now && hour.closePriceUsd > 0 && Number.isFinite(hour.closePriceUsd),
  );
  const lastAt = closed.at(-1)?.hourAt ?? 0;
  const from = lastAt - windowDays * DAY_HOURS * HOUR_MS;
  return closed.filter((hour) => hour.hourAt > from);
}

function volatilityBaseline(
  hours: readonly AssetHour[],
  sigmas: Float64Array,
  last: AssetHour,
  settings: ScoreSettings,
): VolatilityBaseline | undefined {
  const sigma24h = sigma24hNow(hours);
  const lastCloseUsd = last.closePriceUsd;
  // The variance is linear in the squared return of the running hour: two moves, far beyond the
  // volatility so that both count, give the line, and ticks need not walk the history again.
  const one = sigma24hNow(hours, lastCloseUsd * Math.E);
  const two = sigma24hNow(hours, lastCloseUsd * Math.E ** 2);
  if (sigma24h === undefined || one === undefined || two === undefined) return undefined;
  const perSquare = (two ** 2 - one ** 2) / 3;
  const logs = sampled(hours, settings).map((index) =>
    Math.log2(Math.max(settings.minSigma24h, sigmas[index] ?? Number.NaN)),
  );
  const log2Stats = robustStats(logs, settings.minSamples, settings.minLogScale);
  return {
    sigma24h,
    lastCloseUsd,
    running: { base: one ** 2 - perSquare, perSquare },
    ...(log2Stats === undefined ? {} : { log2Stats }),
  };
}

function fundingBaseline(
  hours: readonly AssetHour[],
  settings: ScoreSettings,
): FundingBaseline | undefined {
  const means = trailingMeans(hours);
  const mean7dAnnual = means.at(-1);
  const rates = hours
    .flatMap((hour) => hour.fundingAnnualFraction ?? [])
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (mean7dAnnual === undefined || !Number.isFinite(mean7dAnnual) || rates.length === 0) {
    return undefined;
  }
  const stats = robustStats(
    sampled(hours, settings).map((index) => means[index] ?? Number.NaN),
    settings.minSamples,
    settings.minFundingScaleAnnual,
  );
  return {
    mean7dAnnual,
    q05Annual: quantile(rates, 0.05),
    q95Annual: quantile(rates, 0.95),
    ...(stats === undefined ? {} : { stats }),
  };
}

/** Mean of the funding known in the 7 days up to each hour; NaN where there is none. */
function trailingMeans(hours: readonly AssetHour[]): number[] {
  let first = 0;
  let sum = 0;
  let known = 0;
  const take = (hour: AssetHour | undefined, sign: 1 | -1) => {
    const rate = hour?.fundingAnnualFraction;
    if (rate === undefined || !Number.isFinite(rate)) return;
    sum += sign * rate;
    known += sign;
  };
  return hours.map((hour) => {
    take(hour, 1);
    while ((hours[first]?.hourAt ?? hour.hourAt) <= hour.hourAt - WEEK_HOURS * HOUR_MS) {
      take(hours[first], -1);
      first += 1;
    }
    return known > 0 ? sum / known : Number.NaN;
  });
}

/** Volume of the 24 hours up to each hour, scaled for up to a quarter of missing ones; else NaN. */
function dailyVolumes(hours: readonly AssetHour[]): number[] {
  return hours.map((hour, index) => {
    let sum = 0;
    let known = 0;
    for (let back = index; back >= 0; back -= 1) {
      const own = hours[back];
      if (own === undefined || own.hourAt <= hour.hourAt - DAY_HOURS * HOUR_MS) break;
      if (own.volumeUsd === undefined || !(own.volumeUsd >= 0)) continue;
      sum += own.volumeUsd;
      known += 1;
    }
    return known >= MIN_VOLUME_HOURS ? (sum * DAY_HOURS) / known : Number.NaN;
  });
}

function loadStats(
  hours: readonly AssetHour[],
  volumes: readonly number[],
  settings: ScoreSettings,
): RobustStats | undefined {
  const logs = sampled(hours, settings).map((index) => {
    const hour = hours[index];
    const interestUsd = (hour?.openInterestBase ?? Number.NaN) * (hour?.closePriceUsd ?? 0);
    return Math.log(interestUsd / (volumes[index] ?? Number.NaN));
  });
  return robustStats(logs, settings.minSamples, settings.minLogScale);
}

/** Indices of the clock-aligned samples, oldest first. */
function sampled(hours: readonly AssetHour[], settings: ScoreSettings): number[] {
  const every = settings.sampleEveryHours * HOUR_MS;
  return hours.flatMap((hour, index) => (hour.hourAt % every === 0 ? [index] : []));
}

/** What was within reach of 2 typical sigma (today's median) per volume traded at the time. */
function pastRatios(
  hours: readonly AssetHour[],
  volumes: readonly number[],
  volatility: VolatilityBaseline | undefined,
  { score, profile }: BaselineSettings,
): Record<Side, number[]> | undefined {
  const indexOf = new Map(hours.map((hour, index) => [hour.hourAt + HOUR_MS, index]));
  const ratios: Record<Side, number[]> = { down: [], up: [] };
  const median = volatility?.log2Stats?.median;
  if (median === undefined) return undefined;
  for (const past of pastReach(hours, profile, score.sampleEveryHours, () => 2 ** median)) {
    const index = indexOf.get(past.at) ?? -1;
    const hour = hours[index];
    const interestUsd = (hour?.openInterestBase ?? Number.NaN) * (hour?.closePriceUsd ?? 0);
    const volumeUsd = volumes[index] ?? Number.NaN;
    const levelUsd = interestUsd * profile.levelFactor;
    const down = latentReachRatio((past.reachShareDown[1] ?? 0) * levelUsd, volumeUsd, 2, score);
    const up = latentReachRatio((past.reachShareUp[1] ?? 0) * levelUsd, volumeUsd, 2, score);
    if (!Number.isFinite(down) || !Number.isFinite(up)) continue;
    ratios.down.push(down);
    ratios.up.push(up);
  }
  if (ratios.down.length < score.minSamples) return undefined;
  ratios.down.sort((a, b) => a - b);
  ratios.up.sort((a, b) => a - b);
  return ratios;
}
