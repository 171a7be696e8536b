import type { InstrumentHour } from './signals/model/history.ts';
import type { InstrumentFigures } from './signals/model/observations.ts';

const HOUR_MS = 3_600_000;

export interface HourRecorder {
  /** Adds live figures to the running hours. */
  add(figures: readonly InstrumentFigures[]): void;
  /** What changed since the last call, for merging into the series. */
  takeChanged(): InstrumentHour[];
  /** Hours that were taken and could not be written: they are given again. */
  putBack(hours: readonly InstrumentHour[]): void;
}

/**
 * Turns live figures into instrument hours. Kept in memory between flushes: a crash loses at most a
 * few minutes of highs and lows, and the minute rows still have the prices.
 */
export function createHourRecorder(): HourRecorder {
  const running = new Map<string, InstrumentHour>();
  const changed = new Set<InstrumentHour>();

  function hourOf(figure: InstrumentFigures): InstrumentHour {
    const key = `${figure.source} ${figure.instrument}`;
    const hourAt = Math.floor(figure.observedAt / HOUR_MS) * HOUR_MS;
    const current = running.get(key);
    if (current?.hourAt === hourAt) return current;
    const { source, instrument, asset } = figure;
    const next: InstrumentHour = { source, instrument, asset, hourAt };
    // A late figure of the hour before still belongs to its own hour.
    if (current === undefined || hourAt > current.hourAt) running.set(key, next);
    return next;
  }

  return {
    add(figures) {
      for (const figure of figures) {
        if (figure.kind === 'depth') continue;
        const hour = hourOf(figure);
        apply(hour, figure);
        changed.add(hour);
      }
    },
    takeChanged() {
      const hours = [...changed].map((hour) => ({ ...hour }));
      changed.clear();
      return hours;
    },
    putBack(hours) {
      for (const hour of hours) {
        const current = running.get(`${hour.source} ${hour.instrument}`);
        // The running hour knows all that the copy does, and what came since.
        changed.add(current?.hourAt === hour.hourAt ? current : hour);
      }
    },
  };
}

function apply(hour: InstrumentHour, figure: Exclude<InstrumentFigures, { kind: 'depth' }>): void {
  if (figure.kind === 'funding') {
    hour.fundingAnnualFraction = figure.annualFraction;
  } else if (figure.kind === 'open-interest') {
    hour.openInterestBase = figure.openInterestBase;
  } else {
    const price = figure.markPriceUsd;
    hour.closePriceUsd = price;
    hour.highPriceUsd = Math.max(hour.highPriceUsd ?? price, price);
    hour.lowPriceUsd = Math.min(hour.lowPriceUsd ?? price, price);
    // Venues publish the last 24 hours together: a 24th of it stands for the running hour.
    if (figure.volume24hUsd !== undefined) hour.volumeUsd = figure.volume24hUsd / 24;
  }
}
