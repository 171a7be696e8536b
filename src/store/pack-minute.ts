import { AppError } from '../errors.ts';
import type { AssetMinute } from '../signals/model/history.ts';

/** In this order, as little-endian float64 (exact), NaN where absent: 72 bytes. Only ever add at the end. */
const FIELDS = [
  'at',
  'priceUsd',
  'openInterestUsd',
  'fundingAnnualFraction',
  'bidDepth1pctUsd',
  'askDepth1pctUsd',
  'scoreDown',
  'scoreUp',
  'spreadFraction',
] as const satisfies readonly Exclude<keyof AssetMinute, 'asset'>[];

/** Rows of earlier versions end with this field. */
const FIELDS_OF_FIRST = FIELDS.indexOf('scoreUp') + 1;

export function packMinute(minute: AssetMinute): Uint8Array {
  const values = Float64Array.from(FIELDS, (field) => minute[field] ?? Number.NaN);
  return new Uint8Array(values.buffer);
}

/** Throws AppError `store/unreadable` on bytes that `packMinute` did not make. */
export function unpackMinute(asset: AssetMinute['asset'], bytes: Uint8Array): AssetMinute {
  const given = bytes.length / Float64Array.BYTES_PER_ELEMENT;
  if (given !== FIELDS.length && given !== FIELDS_OF_FIRST) {
    throw new AppError('store/unreadable', 'a minute of an asset is damaged', {
      context: { bytes: bytes.length },
    });
  }
  const values = new Float64Array(bytes.slice().buffer);
  const minute: AssetMinute = { asset, at: values[0] ?? 0, priceUsd: values[1] ?? 0 };
  for (let place = 2; place < FIELDS.length; place += 1) {
    const field = FIELDS[place];
    const value = values[place];
    if (field !== undefined && value !== undefined && !Number.isNaN(value)) minute[field] = value;
  }
  return minute;
}
