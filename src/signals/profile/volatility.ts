import type { AssetHour } from '../model/history.ts';

const HOUR_MS = 3_600_000;
const FAST = { halfLifeHours: 24, share: 0.6 };
const SLOW = { halfLifeHours: 240, share: 0.4 };

/** Exponentially weighted mean of hourly variance; `weight` corrects for the short start. */
interface Ewma {
  sum: number;
  weight: number;
}

/**
 * 24 h volatility of log returns at the close of each hour (log-price units): the square root of
 * 24 x the hourly EWMA variance, 0.6 with a half-life of 24 h and 0.4 with 240 h, mean return taken
 * as 0. Uses nothing later than the hour. NaN until there is one return, and at hours whose close
 * cannot be used. A return over missing hours counts as that many hours of equal variance.
 */
export function sigma24hSeries(hours: readonly AssetHour[]): Float64Array {
  const series = new Float64Array(hours.length).fill(Number.NaN);
  walkReturns(hours, (index, fast, slow) => {
    series[index] = sigma24h(fast, slow);
  });
  return series;
}

/**
 * The same after the last hour. A move inside the running hour, from the last close to
 * `lastPriceUsd`, counts at once as an hour's return where that raises the volatility; a quiet part
 * of an hour never lowers it. Undefined without a single return.
 */
export function sigma24hNow(
  hours: readonly AssetHour[],
  lastPriceUsd?: number,
): number | undefined {
  const { fast, slow, closeUsd } = walkReturns(hours, () => {});
  const closed = fast.weight > 0 ? sigma24h(fast, slow) : undefined;
  if (lastPriceUsd === undefined || !usable(lastPriceUsd) || closeUsd === undefined) return closed;
  const moveLog = Math.log(lastPriceUsd / closeUsd);
  const running = sigma24h(
    updated(fast, FAST.halfLifeHours, moveLog, 1),
    updated(slow, SLOW.halfLifeHours, moveLog, 1),
  );
  return closed === undefined ? running : Math.max(closed, running);
}

function walkReturns(
  hours: readonly AssetHour[],
  each: (index: number, fast: Ewma, slow: Ewma) => void,
): { fast: Ewma; slow: Ewma; closeUsd: number | undefined } {
  let fast: Ewma = { sum: 0, weight: 0 };
  let slow: Ewma = { sum: 0, weight: 0 };
  let closeUsd: number | undefined;
  let closeAt = 0;
  for (let index = 0; index < hours.length; index++) {
    const hour = hours[index];
    if (hour === undefined || !usable(hour.closePriceUsd)) continue;
    if (closeUsd !== undefined) {
      const elapsedHours = (hour.hourAt - closeAt) / HOUR_MS;
      if (!(elapsedHours > 0)) continue;
      const returnLog = Math.log(hour.closePriceUsd / closeUsd);
      fast = updated(fast, FAST.halfLifeHours, returnLog, elapsedHours);
      slow = updated(slow, SLOW.halfLifeHours, returnLog, elapsedHours);
      each(index, fast, slow);
    }
    closeUsd = hour.closePriceUsd;
    closeAt = hour.hourAt;
  }
  return { fast, slow, closeUsd };
}

function updated(ewma: Ewma, halfLifeHours: number, returnLog: number, elapsedHours: number): Ewma {
  const keep = 0.5 ** (elapsedHours / halfLifeHours);
  return {
    sum: ewma.sum * keep + (1 - keep) * (returnLog ** 2 / elapsedHours),
    weight: ewma.weight * keep + (1 - keep),
  };
}

function sigma24h(fast: Ewma, slow: Ewma): number {
  const hourly = (FAST.share * fast.sum) / fast.weight + (SLOW.share * slow.sum) / slow.weight;
  return Math.sqrt(24 * hourly);
}

function usable(priceUsd: number): boolean {
  return priceUsd > 0 && Number.isFinite(priceUsd);
}
