import type { AssetHour, InstrumentHour } from '../model/history.ts';

/** How long a silent venue's last funding still counts, ms. */
const CARRY_FUNDING_MS = 24 * 3_600_000;

/** As for live marks: with so many venues, a close this far from their median is not believed. */
const OUTLIER_MIN_VENUES = 3;
const OUTLIER_FRACTION = 0.05;

/**
 * Joins the hours of an asset's instruments into one series, oldest first.
 *
 * - Prices are the mean over instruments weighted by traded volume (equal weights where none is
 *   known), so that a wick on one thin venue does not sweep the whole market's liquidation levels.
 *   With three venues or more, one whose close is 5 % off their median (a broken feed, or another
 *   coin under the same name) is left out, as it is from the live price: the difference between the
 *   two would read as a violent hour.
 * - Open interest and traded volume are sums over instruments. Where an instrument's figure is
 *   missing in an hour, the sum of the others is scaled up by the share it has in the nearest hour
 *   that has it: a venue that keeps no history, or was silent, must not look like a change of
 *   leverage or of trading.
 * - Funding is the mean weighted by open interest; a venue that fell silent counts with its last
 *   rate for a day.
 * - Hours without any price are left out: nothing is interpolated.
 */
export function joinInstrumentHours(hours: readonly InstrumentHour[]): AssetHour[] {
  const byHour = new Map<number, InstrumentHour[]>();
  for (const hour of hours) {
    const group = byHour.get(hour.hourAt);
    if (group === undefined) byHour.set(hour.hourAt, [hour]);
    else group.push(hour);
  }
  const times = [...byHour.keys()].sort((a, b) => a - b);
  const openInterest = completedTotals(times, byHour, (hour) => hour.openInterestBase);
  const volume = completedTotals(times, byHour, (hour) => hour.volumeUsd);
  const fundingAt = carriedFunding();
  const joined: AssetHour[] = [];
  for (const hourAt of times) {
    const group = byHour.get(hourAt) ?? [];
    const hour = joinPrices(hourAt, group);
    const funding = fundingAt(hourAt, group);
    if (hour === undefined) continue;
    const openInterestBase = openInterest.get(hourAt);
    const volumeUsd = volume.get(hourAt);
    joined.push({
      ...hour,
      ...(openInterestBase === undefined ? {} : { openInterestBase }),
      ...(funding === undefined ? {} : { fundingAnnualFraction: funding }),
      ...(volumeUsd === undefined ? {} : { volumeUsd }),
    });
  }
  return joined;
}

function joinPrices(hourAt: number, group: readonly InstrumentHour[]): AssetHour | undefined {
  const priced = believable(group);
  if (priced.length === 0) return undefined;
  const anyVolume = priced.some((hour) => (hour.volumeUsd ?? 0) > 0);
  const weightOf = (hour: InstrumentHour) => (anyVolume ? (hour.volumeUsd ?? 0) : 1);
  const mean = (pick: (hour: InstrumentHour) => number | undefined) =>
    weightedMean(priced, pick, weightOf);
  const closePriceUsd = mean((hour) => hour.closePriceUsd);
  if (closePriceUsd === undefined) return undefined;
  const highPriceUsd = mean((hour) => hour.highPriceUsd ?? hour.closePriceUsd) ?? closePriceUsd;
  const lowPriceUsd = mean((hour) => hour.lowPriceUsd ?? hour.closePriceUsd) ?? closePriceUsd;
  return {
    hourAt,
    closePriceUsd,
    highPriceUsd: Math.max(highPriceUsd, closePriceUsd),
    lowPriceUsd: Math.min(lowPriceUsd, closePriceUsd),
  };
}

/** Hours with a close, without those too far from the others. */
function believable(group: readonly InstrumentHour[]): InstrumentHour[] {
  const priced = group.filter((hour) => hour.closePriceUsd !== undefined);
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const { closePriceUsd: close = 0 } of priced) {
    low = Math.min(low, close);
    high = Math.max(high, close);
  }
  // Nearly every hour: nothing can be far from a median that lies between them.
  if (high <= low * (1 + OUTLIER_FRACTION)) return priced;
  if (new Set(priced.map((hour) => hour.source)).size < OUTLIER_MIN_VENUES) return priced;
  const closes = priced.flatMap((hour) => hour.closePriceUsd ?? []).sort((a, b) => a - b);
  const median = closes[Math.ceil(closes.length / 2) - 1] ?? Number.NaN;
  return priced.filter(
    (hour) => Math.abs((hour.closePriceUsd ?? 0) / median - 1) <= OUTLIER_FRACTION,
  );
}

/** Mean funding of hours asked for in their order. */
function carriedFunding(): (
  hourAt: number,
  group: readonly InstrumentHour[],
) => number | undefined {
  const last = new Map<string, InstrumentHour>();
  return (hourAt, group) => {
    for (const hour of group) {
      if (hour.fundingAnnualFraction === undefined) continue;
      const key = keyOf(hour);
      const openInterestBase = hour.openInterestBase ?? last.get(key)?.openInterestBase;
      last.set(key, { ...hour, ...(openInterestBase === undefined ? {} : { openInterestBase }) });
    }
    return weightedMean(
      [...last.values()].filter((hour) => hourAt - hour.hourAt <= CARRY_FUNDING_MS),
      (hour) => hour.fundingAnnualFraction,
      (hour) => hour.openInterestBase ?? 0,
    );
  };
}

function keyOf(hour: InstrumentHour): string {
  return `${hour.source} ${hour.instrument}`;
}

/** Mean of the defined values; equal weights when all weights are 0. */
function weightedMean(
  hours: readonly InstrumentHour[],
  pick: (hour: InstrumentHour) => number | undefined,
  weightOf: (hour: InstrumentHour) => number,
): number | undefined {
  let sum = 0;
  let weights = 0;
  let plain = 0;
  let count = 0;
  for (const hour of hours) {
    const value = pick(hour);
    if (value === undefined) continue;
    const weight = weightOf(hour);
    sum += value * weight;
    weights += weight;
    plain += value;
    count += 1;
  }
  if (count === 0) return undefined;
  return weights > 0 ? sum / weights : plain / count;
}

/** Total of a figure per hour with absent instruments filled in by their nearest known share. */
function completedTotals(
  times: readonly number[],
  byHour: ReadonlyMap<number, readonly InstrumentHour[]>,
  figureOf: (hour: InstrumentHour) => number | undefined,
): Map<number, number> {
  const known = times.map((hourAt) => {
    const figures = new Map<string, number>();
    for (const hour of byHour.get(hourAt) ?? []) {
      const figure = figureOf(hour);
      if (figure !== undefined) figures.set(keyOf(hour), figure);
    }
    return figures;
  });
  const instruments = new Set(known.flatMap((figures) => [...figures.keys()]));
  const shareAt = nearestShares(known, [...instruments]);
  const totals = new Map<number, number>();
  times.forEach((hourAt, index) => {
    const figures = known[index];
    if (figures === undefined || figures.size === 0) return;
    let present = 0;
    let presentShare = 0;
    let wholeShare = 0;
    for (const instrument of instruments) {
      const share = shareAt(instrument, index);
      const figure = figures.get(instrument);
      wholeShare += share;
      if (figure === undefined) continue;
      present += figure;
      presentShare += share;
    }
    const scale = presentShare > 0 ? wholeShare / presentShare : 1;
    totals.set(hourAt, present * scale);
  });
  return totals;
}

/**
 * For each instrument and hour: its size relative to the instruments that are always there, at the
 * nearest hour that has it. "Always there" is the set present in the most hours.
 */
function nearestShares(
  known: readonly ReadonlyMap<string, number>[],
  instruments: readonly string[],
): (instrument: string, index: number) => number {
  const presence = new Map(instruments.map((name) => [name, 0]));
  for (const figures of known) {
    for (const name of figures.keys()) presence.set(name, (presence.get(name) ?? 0) + 1);
  }
  const most = Math.max(0, ...presence.values());
  const core = instruments.filter((name) => presence.get(name) === most);
  const ratios = new Map<string, Float64Array>();
  for (const name of instruments) {
    const ratio = new Float64Array(known.length).fill(Number.NaN);
    known.forEach((figures, index) => {
      const own = figures.get(name);
      if (own === undefined || !core.every((member) => figures.has(member))) return;
      const base = core.reduce((sum, member) => sum + (figures.get(member) ?? 0), 0);
      if (base > 0) ratio[index] = own / base;
    });
    fillNearest(ratio);
    ratios.set(name, ratio);
  }
  return (instrument, index) => {
    const ratio = ratios.get(instrument)?.[index] ?? Number.NaN;
    return Number.isFinite(ratio) ? ratio : 0;
  };
}

/** Replaces NaN by the nearest earlier figure, or the nearest later one before the first. */
function fillNearest(values: Float64Array): void {
  let last = Number.NaN;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) values[index] = last;
    else last = value;
  }
  let next = Number.NaN;
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) values[index] = next;
    else next = value;
  }
}
