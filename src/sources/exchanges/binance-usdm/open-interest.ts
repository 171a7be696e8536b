import { z } from 'zod';
import type { CanonicalAsset } from '../../../signals/assets.ts';
import type { Gap, OpenInterestObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import { ID } from './name.ts';

export interface LiveInstrument {
  symbol: string;
  coin: CanonicalAsset;
  /** USD per venue unit (1000 PEPE for `1000PEPEUSDT`). */
  markPrice: number;
  /** 0 when unknown. */
  volume24hUsd: number;
}

const CALLS_AT_ONCE = 8;

/**
 * Open interest, one call an instrument (Binance has no bulk call), the most traded first so that
 * a short budget costs the smallest. A failing instrument is a gap in `gaps`.
 */
export async function readOpenInterest(
  { http, now }: FetchContext,
  instruments: readonly LiveInstrument[],
  gaps: Gap[],
): Promise<OpenInterestObservation[]> {
  const found: OpenInterestObservation[] = [];
  const largestFirst = instruments.toSorted((a, b) => b.volume24hUsd - a.volume24hUsd);
  const outcome = await eachLimited(largestFirst, CALLS_AT_ONCE, async (instrument) => {
    const { coin, markPrice, symbol } = instrument;
    const answer = await http.getJson('/fapi/v1/openInterest', { symbol }, { weight: 1 });
    const schema = z.object({
      symbol: z.literal(symbol),
      openInterest: nonNegativeNumber,
      time: epochMs(now()),
    });
    const { openInterest, time } = decodeShape(schema, answer, `openInterest ${symbol}`);
    found.push({
      kind: 'open-interest',
      source: ID,
      asset: coin.asset,
      instrument: symbol,
      openInterestBase: openInterest * coin.multiplier,
      openInterestUsd: openInterest * markPrice,
      counting: 'as published, taken as one-sided',
      observedAt: time,
    });
  });

  gaps.push(
    ...outcome.failures.map(({ error, item }) => gapOf(ID, 'open-interest', error, item.symbol)),
  );
  if (outcome.notAsked.length > 0 && outcome.stoppedBy !== undefined) {
    const gap = gapOf(ID, 'open-interest', outcome.stoppedBy);
    const detail = `${outcome.notAsked.length} smaller instruments not asked: ${gap.detail}`;
    gaps.push({ ...gap, detail });
  }
  return found;
}
