import { z } from 'zod';
import type { Gap, OpenInterestObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import type { LiveRow } from './live-rows.ts';
import { ID } from './name.ts';

export interface PricedContract extends Pick<LiveRow, 'symbol' | 'coin' | 'sizeUsd'> {
  /** Mark of a single coin. */
  coinPriceUsd: number;
}

const CALLS_AT_ONCE = 8;

/**
 * Open interest, one call an instrument (some thirty). It comes in contracts of so many USD; coins
 * are USD / mark. A failing instrument is a gap in `gaps`.
 */
export async function readOpenInterest(
  { http, now }: FetchContext,
  contracts: readonly PricedContract[],
  gaps: Gap[],
): Promise<OpenInterestObservation[]> {
  const found = new Map<PricedContract, OpenInterestObservation>();
  const outcome = await eachLimited(contracts, CALLS_AT_ONCE, async (contract) => {
    const { coin, coinPriceUsd, sizeUsd, symbol } = contract;
    const answer = await http.getJson('/dapi/v1/openInterest', { symbol }, { weight: 1 });
    const schema = z.object({
      symbol: z.literal(symbol),
      openInterest: nonNegativeNumber,
      time: epochMs(now()),
    });
    const { openInterest, time } = decodeShape(schema, answer, `openInterest ${symbol}`);
    const openInterestUsd = openInterest * sizeUsd;
    found.set(contract, {
      kind: 'open-interest',
      source: ID,
      asset: coin.asset,
      instrument: symbol,
      openInterestBase: openInterestUsd / coinPriceUsd,
      openInterestUsd,
      counting: 'as published, taken as one-sided',
      observedAt: time,
    });
  });
  gaps.push(
    ...outcome.failures.map(({ error, item }) => gapOf(ID, 'open-interest', error, item.symbol)),
  );
  if (outcome.notAsked.length > 0 && outcome.stoppedBy !== undefined) {
    const gap = gapOf(ID, 'open-interest', outcome.stoppedBy);
    const detail = `${outcome.notAsked.length} instruments not asked: ${gap.detail}`;
    gaps.push({ ...gap, detail });
  }
  return contracts.flatMap((contract) => found.get(contract) ?? []);
}
