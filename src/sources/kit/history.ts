import type { InstrumentHour } from '../../signals/model/history.ts';
import { annualFraction } from './annualize.ts';
import type { InstrumentRef } from './define.ts';

export const HOUR_MS = 3_600_000;

/** Most answers one history call may ask of one endpoint. */
export const MAX_HISTORY_PAGES = 60;

type HourFigures = Omit<InstrumentHour, 'source' | 'instrument' | 'asset' | 'hourAt'>;

export interface HourTable {
  /** Adds figures to the hour that starts at `hourAt`; hours outside the range are ignored. */
  add(hourAt: number, figures: HourFigures): void;
  /** Oldest first; only hours something is known of. */
  hours(): InstrumentHour[];
}

/** Whole hours with `from` <= start and end <= `to` (epoch ms). */
export function createHourTable(
  source: string,
  instrument: InstrumentRef,
  from: number,
  to: number,
): HourTable {
  const table = new Map<number, InstrumentHour>();
  return {
    add(hourAt, figures) {
      if (hourAt % HOUR_MS !== 0 || hourAt < from || hourAt + HOUR_MS > to) return;
      const known = table.get(hourAt) ?? {
        source,
        instrument: instrument.instrument,
        asset: instrument.asset,
        hourAt,
      };
      table.set(hourAt, { ...known, ...figures });
    },
    hours: () => [...table.values()].sort((a, b) => a.hourAt - b.hourAt),
  };
}

/** The range cut into windows of at most `hours` hour starts each; `end` is the last hour's start. */
export function hourWindows(
  from: number,
  to: number,
  hours: number,
): { startAt: number; endAt: number }[] {
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const last = Math.floor(to / HOUR_MS) * HOUR_MS - HOUR_MS;
  const windows: { startAt: number; endAt: number }[] = [];
  for (let startAt = first; startAt <= last; startAt += hours * HOUR_MS) {
    windows.push({ startAt, endAt: Math.min(last, startAt + (hours - 1) * HOUR_MS) });
  }
  return windows;
}

/** One settled rate; a row that did not decode stays as a hole so that no interval spans it. */
export type Settlement = { at: number; rateFraction: number } | 'hole';

const JITTER_MS = 120_000;
const LONGEST_INTERVAL_HOURS = 24;

/**
 * Writes settled rates (oldest first) over the hours in which they ran. The interval is the
 * distance from the settlement before, since venues change it at run time; where it is unknown
 * or no whole number of hours, nothing is written.
 */
export function addSettlements(table: HourTable, settlements: readonly Settlement[]): void {
  for (const [index, current] of settlements.entries()) {
    const before = settlements[index - 1];
    if (before === undefined || before === 'hole' || current === 'hole') continue;
    const spanMs = current.at - before.at;
    const intervalHours = Math.round(spanMs / HOUR_MS);
    if (intervalHours < 1 || intervalHours > LONGEST_INTERVAL_HOURS) continue;
    if (Math.abs(spanMs - intervalHours * HOUR_MS) > JITTER_MS) continue;
    const startAt = Math.round(before.at / HOUR_MS) * HOUR_MS;
    const fundingAnnualFraction = annualFraction(current.rateFraction, intervalHours);
    for (let hour = 0; hour < intervalHours; hour += 1) {
      table.add(startAt + hour * HOUR_MS, { fundingAnnualFraction });
    }
  }
}
