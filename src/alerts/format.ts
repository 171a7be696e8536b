/** Figures for people. Every function gives `unknown` for a figure that is not finite. */

const UNKNOWN = 'unknown';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Largest magnitude of a JavaScript date, ms. */
const MAX_DATE_MS = 8.64e15;

const USD_STEPS: readonly (readonly [usd: number, suffix: string])[] = [
  [1e12, 'tn'],
  [1e9, 'bn'],
  [1e6, 'm'],
  [1e3, 'k'],
];

/** An amount in USD, to about three digits: `$410m`, `$1.2bn`, `$950`. */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return UNKNOWN;
  const sign = usd < 0 ? '-' : '';
  const size = Math.abs(usd);
  for (const [step, suffix] of USD_STEPS) {
    // A rounding up to 1,000 of one step is 1 of the next: 999.7m is $1bn.
    if (size >= step * 0.9995) return `${sign}$${short(size / step)}${suffix}`;
  }
  const whole = Math.round(size);
  return whole === 0 ? '$0' : `${sign}$${whole}`;
}

/** A fraction as percent: 0.031 with one digit is `3.1 %`. */
export function formatPercent(fraction: number, digits = 1): string {
  if (!Number.isFinite(fraction)) return UNKNOWN;
  const text = (fraction * 100).toFixed(digits);
  return `${Number(text) === 0 ? text.replace('-', '') : text} %`;
}

/** A price in USD with the digits its size needs: `$97,300`, `$2.31`, `$0.00001234`. */
export function formatPrice(priceUsd: number): string {
  if (!Number.isFinite(priceUsd)) return UNKNOWN;
  const sign = priceUsd < 0 ? '-' : '';
  const size = Math.abs(priceUsd);
  if (size >= 1000) return `${sign}$${grouped(Math.round(size).toFixed(0))}`;
  if (size >= 1 || size === 0) return `${sign}$${size.toFixed(2)}`;
  const digits = Math.min(20, 3 - Math.floor(Math.log10(size)));
  return `${sign}$${size.toFixed(digits)}`;
}

/** How old something is, in one unit: `40 s`, `3 min`, `2 h`, `4 d`. */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return UNKNOWN;
  const age = Math.max(0, ageMs);
  if (age < 89.5 * SECOND_MS) return `${Math.round(age / SECOND_MS)} s`;
  if (age < 89.5 * MINUTE_MS) return `${Math.round(age / MINUTE_MS)} min`;
  if (age < 47.5 * HOUR_MS) return `${Math.round(age / HOUR_MS)} h`;
  return `${Math.round(age / DAY_MS)} d`;
}

/** How long something took, in up to two units: `45 s`, `25 min`, `5 h 10 min`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return UNKNOWN;
  const duration = Math.max(0, durationMs);
  if (duration < MINUTE_MS - SECOND_MS / 2) return `${Math.round(duration / SECOND_MS)} s`;
  const minutes = Math.round(duration / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(duration / HOUR_MS);
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** `2026-01-01 14:03 UTC`. */
export function formatUtc(at: number): string {
  if (!Number.isFinite(at) || Math.abs(at) > MAX_DATE_MS) return UNKNOWN;
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The time of day only, `14:03 UTC`: for what is read within the day. */
export function formatUtcTime(at: number): string {
  const text = formatUtc(at);
  return text === UNKNOWN ? text : text.slice(text.indexOf(' ') + 1);
}

/** A score, points 0-100, without decimals: `72`. */
export function formatPoints(points: number): string {
  return Number.isFinite(points) ? Math.round(points).toFixed(0) : UNKNOWN;
}

function short(value: number): string {
  const text = value < 99.95 ? value.toFixed(1) : value.toFixed(0);
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
