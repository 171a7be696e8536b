import { z } from 'zod';
import type { OpenInterestObservation } from '../../../signals/model/observations.ts';
import { nonNegativeNumber } from '../../kit/decode.ts';
import type { RowScope } from '../../kit/tally.ts';
import type { BybitCoin } from './name.ts';

const linearSingle = z.object({
  singleOpenInterest: nonNegativeNumber,
  singleOpenInterestValue: nonNegativeNumber,
});
const linearBoth = z.object({
  openInterest: nonNegativeNumber,
  openInterestValue: nonNegativeNumber,
});
const inverseSingle = z.object({ singleOpenInterest: nonNegativeNumber });
const inverseBoth = z.object({ openInterest: nonNegativeNumber });

const ONE_SIDED = 'one-sided as published';
const HALVED = 'halved';

type Interest = Pick<OpenInterestObservation, 'openInterestBase' | 'openInterestUsd' | 'counting'>;

/**
 * One-sided open interest of a ticker row. `openInterest` counts both sides; `singleOpenInterest`
 * (since 11 June 2026) counts one. A row of the older shape, with neither `single…` field, is
 * halved; a row with a damaged one is dropped. Linear: base and quote value. Inverse: USD, and
 * base = USD / mark.
 */
export function openInterestOf(
  raw: unknown,
  coin: BybitCoin,
  markPrice: number,
  row: RowScope,
): Interest | undefined {
  const oldShape = !has(raw, 'singleOpenInterest') && !has(raw, 'singleOpenInterestValue');
  if (coin.category === 'inverse') {
    const usd = oldShape
      ? halved(row.read('open-interest', inverseBoth, raw)?.openInterest)
      : row.read('open-interest', inverseSingle, raw)?.singleOpenInterest;
    if (usd === undefined) return undefined;
    return {
      openInterestBase: (usd / markPrice) * coin.multiplier,
      openInterestUsd: usd,
      counting: oldShape ? HALVED : ONE_SIDED,
    };
  }
  if (oldShape) {
    const both = row.read('open-interest', linearBoth, raw);
    if (both === undefined) return undefined;
    return {
      openInterestBase: (both.openInterest / 2) * coin.multiplier,
      openInterestUsd: both.openInterestValue / 2,
      counting: HALVED,
    };
  }
  const single = row.read('open-interest', linearSingle, raw);
  if (single === undefined) return undefined;
  return {
    openInterestBase: single.singleOpenInterest * coin.multiplier,
    openInterestUsd: single.singleOpenInterestValue,
    counting: ONE_SIDED,
  };
}

function halved(both: number | undefined): number | undefined {
  return both === undefined ? undefined : both / 2;
}

function has(raw: unknown, key: string): boolean {
  return typeof raw === 'object' && raw !== null && key in raw;
}
