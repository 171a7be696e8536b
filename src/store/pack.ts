import { AppError } from '../errors.ts';
import type { InstrumentHour } from '../signals/model/history.ts';

/**
 * One UTC day of one instrument: 24 float32 (7 digits) a figure, NaN where absent. Packed:
 *
 *     byte 0      format, 1
 *     byte 1      bit f set: figure f is there (figures absent all day take no room)
 *     bytes 2-3   0
 *     then        24 little-endian float32 for each figure that is there
 *
 * so at most 4 + 6 x 24 x 4 = 580 bytes.
 */
export type DayFigures = Float32Array<ArrayBuffer>;

export type HourFigures = Omit<InstrumentHour, 'source' | 'instrument' | 'asset' | 'hourAt'>;

/** The bit of a figure is its place here: only ever add at the end. */
const FIGURES = [
  'closePriceUsd',
  'highPriceUsd',
  'lowPriceUsd',
  'openInterestBase',
  'fundingAnnualFraction',
  'volumeUsd',
] as const satisfies readonly (keyof HourFigures)[];

const HOURS = 24;
const FORMAT = 1;
const HEADER_BYTES = 4;
const COLUMN_BYTES = HOURS * Float32Array.BYTES_PER_ELEMENT;

export function emptyDay(): DayFigures {
  return new Float32Array(FIGURES.length * HOURS).fill(Number.NaN);
}

/** Close, open interest, funding and volume replace what is there where given; high and low widen it. */
export function mergeHour(day: DayFigures, hourOfDay: number, figures: HourFigures): void {
  FIGURES.forEach((name, column) => {
    const given = Math.fround(figures[name] ?? Number.NaN);
    if (!Number.isFinite(given)) return;
    const at = column * HOURS + hourOfDay;
    const present = day[at] ?? Number.NaN;
    const widest =
      name === 'highPriceUsd' ? Math.max : name === 'lowPriceUsd' ? Math.min : undefined;
    day[at] = widest === undefined || Number.isNaN(present) ? given : widest(present, given);
  });
}

/** Whether the hour says anything that can be kept. */
export function hasFigures(figures: HourFigures): boolean {
  return FIGURES.some((name) => Number.isFinite(Math.fround(figures[name] ?? Number.NaN)));
}

/** The figures of one hour of the day; undefined when there is none. */
export function hourFigures(day: DayFigures, hourOfDay: number): HourFigures | undefined {
  let figures: HourFigures | undefined;
  for (let column = 0; column < FIGURES.length; column += 1) {
    const name = FIGURES[column];
    const value = day[column * HOURS + hourOfDay];
    if (name === undefined || value === undefined || Number.isNaN(value)) continue;
    figures ??= {};
    figures[name] = value;
  }
  return figures;
}

export function packDay(day: DayFigures): Uint8Array {
  const columns = FIGURES.map((_, column) => day.subarray(column * HOURS, (column + 1) * HOURS));
  const present = columns.map((column) => column.some((value) => !Number.isNaN(value)));
  const count = present.filter(Boolean).length;
  const bytes = new Uint8Array(HEADER_BYTES + count * COLUMN_BYTES);
  bytes[0] = FORMAT;
  bytes[1] = present.reduce((mask, there, column) => (there ? mask | (1 << column) : mask), 0);
  const packed = new Float32Array(bytes.buffer, HEADER_BYTES);
  columns
    .filter((_, column) => present[column])
    .forEach((column, place) => {
      packed.set(column, place * HOURS);
    });
  return bytes;
}

/** Throws AppError `store/unreadable` on bytes that `packDay` did not make. */
export function unpackDay(bytes: Uint8Array): DayFigures {
  const mask = bytes[1] ?? 0;
  const columns = FIGURES.map((_, column) => column).filter((column) => mask & (1 << column));
  if (bytes[0] !== FORMAT || bytes.length !== HEADER_BYTES + columns.length * COLUMN_BYTES) {
    throw new AppError('store/unreadable', 'a day of an instrument is damaged', {
      context: { format: bytes[0], bytes: bytes.length },
    });
  }
  const day = emptyDay();
  // Copied, because the driver's bytes need not start at a multiple of four.
  const packed = new Float32Array(bytes.slice(HEADER_BYTES).buffer);
  columns.forEach((column, place) => {
    day.set(packed.subarray(place * HOURS, (place + 1) * HOURS), column * HOURS);
  });
  return day;
}
