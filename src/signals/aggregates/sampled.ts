import { AGGREGATES } from './settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Is a sample taken at this hour? The same hours for every figure and asset. */
export function isSampleHour(hourAt: number): boolean {
  return hourAt % (AGGREGATES.sampleEveryHours * HOUR_MS) === 0;
}

/** Hours of the window that have ended by `now` (epoch ms). */
export function closedHours<T extends { hourAt: number }>(hours: readonly T[], now: number): T[] {
  const from = now - AGGREGATES.windowDays * DAY_MS;
  return hours.filter(({ hourAt }) => hourAt + HOUR_MS <= now && hourAt >= from);
}

/** Those of them at which samples are taken. */
export function sampledHours<T extends { hourAt: number }>(hours: readonly T[]): T[] {
  return hours.filter(({ hourAt }) => isSampleHour(hourAt));
}
