const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** One hour of one contract. Prices in USD per single coin. */
export interface HourRow {
  hourAt: number;
  openUsd: number;
  highUsd: number;
  lowUsd: number;
  closeUsd: number;
  volumeUsd: number;
  /** Contract units, each contract once, at the end of the hour. */
  openInterest: number;
  /** Rate of the running interval at the end of the hour, per interval. */
  fundingRate: number;
  markPriceUsd: number;
}

/** Hours oldest first; the last one is still running. */
export type HourHistory = HourRow[];

/** Adds one step to the running hour, beginning a new one where the step crosses into it. */
export function recordHour(
  history: HourHistory,
  stepEndsAt: number,
  pricesUsd: readonly number[],
  figures: Pick<HourRow, 'openInterest' | 'fundingRate' | 'markPriceUsd'> & { volumeUsd: number },
): void {
  const hourAt = Math.floor((stepEndsAt - 1) / HOUR_MS) * HOUR_MS;
  const close = pricesUsd.at(-1);
  const open = pricesUsd[0];
  if (close === undefined || open === undefined) return;
  const { volumeUsd, ...latest } = figures;
  const last = history.at(-1);
  if (last === undefined || last.hourAt !== hourAt) {
    history.push({
      hourAt,
      openUsd: open,
      highUsd: Math.max(...pricesUsd),
      lowUsd: Math.min(...pricesUsd),
      closeUsd: close,
      volumeUsd,
      ...latest,
    });
    return;
  }
  last.highUsd = Math.max(last.highUsd, ...pricesUsd);
  last.lowUsd = Math.min(last.lowUsd, ...pricesUsd);
  last.closeUsd = close;
  last.volumeUsd += volumeUsd;
  Object.assign(last, latest);
}

/** USD traded in the 24 hours before `at`, as venues publish it (rolling). */
export function rollingDayVolume(history: HourHistory, at: number): number {
  const rows = history.slice(-25);
  let sum = 0;
  for (const row of rows) {
    const shareInWindow = Math.min(
      1,
      Math.max(0, (row.hourAt + HOUR_MS - (at - 24 * HOUR_MS)) / HOUR_MS),
    );
    sum += row.volumeUsd * shareInWindow;
  }
  return sum;
}

/** One minute of one asset over all venues. */
export interface MinuteRow {
  at: number;
  closeUsd: number;
  highUsd: number;
  lowUsd: number;
  forcedSellUsd: number;
  forcedBuyUsd: number;
}

export function recordMinute(
  minutes: MinuteRow[],
  stepEndsAt: number,
  pricesUsd: readonly number[],
  forced: { sellUsd: number; buyUsd: number },
): void {
  const at = Math.floor((stepEndsAt - 1) / MINUTE_MS) * MINUTE_MS;
  const close = pricesUsd.at(-1);
  if (close === undefined) return;
  const last = minutes.at(-1);
  if (last === undefined || last.at !== at) {
    minutes.push({
      at,
      closeUsd: close,
      highUsd: Math.max(...pricesUsd),
      lowUsd: Math.min(...pricesUsd),
      forcedSellUsd: forced.sellUsd,
      forcedBuyUsd: forced.buyUsd,
    });
    return;
  }
  last.closeUsd = close;
  last.highUsd = Math.max(last.highUsd, ...pricesUsd);
  last.lowUsd = Math.min(last.lowUsd, ...pricesUsd);
  last.forcedSellUsd += forced.sellUsd;
  last.forcedBuyUsd += forced.buyUsd;
}
