import type { OptionType } from '../../../signals/options/black-76.ts';

export interface OptionName {
  base: string;
  type: OptionType;
  strikeUsd: number;
  /** Epoch ms. */
  expiryAt: number;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** Options expire at 08:00 UTC. */
const EXPIRY_HOUR = 8;

/**
 * `BTC-27NOV26-100000-C`: base, day, strike in USD (with `d` for the point, `1d02`), call or put.
 * Undefined for every other name.
 */
export function parseOptionName(name: string): OptionName | undefined {
  const parts = /^([A-Z0-9]+)-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])$/.exec(name);
  if (parts === null) return undefined;
  const [, base = '', day, monthName = '', year, strike = '', type] = parts;
  const month = MONTHS.indexOf(monthName);
  const expiryAt = Date.UTC(2000 + Number(year), month, Number(day), EXPIRY_HOUR);
  const strikeUsd = Number(strike.replace('d', '.'));
  // 31FEB would roll over into March.
  if (month < 0 || new Date(expiryAt).getUTCDate() !== Number(day) || strikeUsd <= 0) {
    return undefined;
  }
  return { base, type: type === 'C' ? 'call' : 'put', strikeUsd, expiryAt };
}
