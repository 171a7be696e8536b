const HOUR_MS = 3_600_000;

/** Days a chart of the past shows, and the hours from point to point: a picture shows no more. */
export const CHART_DAYS = 30;
const EVERY_HOURS = 4;
/** Digits that can be told apart in a picture. */
const DIGITS = 5;

/** Hours of the last `CHART_DAYS` days, thinned out; the newest one is always there. */
export function chartHours<T extends { hourAt: number }>(hours: readonly T[], now: number): T[] {
  const from = now - CHART_DAYS * 24 * HOUR_MS;
  const last = hours.at(-1);
  return hours.filter((hour) => {
    return hour.hourAt >= from && (hour.hourAt % (EVERY_HOURS * HOUR_MS) === 0 || hour === last);
  });
}

/** With as many digits as show: the figure travels with the message. */
export function shortNumber(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
