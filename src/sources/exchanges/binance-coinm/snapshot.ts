import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  decodeShape,
  epochMs,
  intervalRateFraction,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally } from '../../kit/tally.ts';
import { readContracts } from './contracts.ts';
import { intervalReader } from './intervals.ts';
import { type LiveRow, liveRows, readVolumes } from './live-rows.ts';
import { ID } from './name.ts';
import { type PricedContract, readOpenInterest } from './open-interest.ts';

const rowsSchema = z.array(z.unknown());

type IntervalOf = (symbol: string) => number | undefined;

/** Funding, open interest and market figures of every live perpetual. Throws when none is known. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const { http } = context;
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  // Without them neither states nor sizes are known.
  const contracts = await readContracts(context);
  const [premiums, intervals, tickers] = await Promise.all([
    http.getJson('/dapi/v1/premiumIndex', {}, { weight: 10 }),
    partOrGaps(ID, ['funding'], gaps, async () =>
      intervalReader(await http.getJson('/dapi/v1/fundingInfo', {}, { weight: 5 })),
    ),
    partOrGaps(ID, ['market'], gaps, async () =>
      decodeShape(
        rowsSchema,
        await http.getJson('/dapi/v1/ticker/24hr', {}, { weight: 40 }),
        'ticker/24hr',
      ),
    ),
  ]);

  const live = liveRows(decodeShape(rowsSchema, premiums, 'premiumIndex'), contracts, tally);
  const volumes = readVolumes(tickers ?? [], live, tally);
  const observations: Observation[] = [];
  const priced: PricedContract[] = [];
  const marketSchema = marketSchemaAt(context.now());
  for (const one of live) {
    if (intervals !== undefined) observations.push(...fundingOf(one, intervals, context.now()));
    const { coin, raw, row, symbol } = one;
    const market = row.read(['market', 'open-interest'], marketSchema, raw);
    if (market === undefined) continue;
    const { indexPrice, markPrice, time } = market;
    const volume24hUsd = volumes.get(symbol);
    observations.push({
      kind: 'market',
      source: ID,
      asset: coin.asset,
      instrument: symbol,
      markPriceUsd: markPrice / coin.multiplier,
      ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
      ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      observedAt: time,
    });
    priced.push({ ...one, coinPriceUsd: markPrice / coin.multiplier });
  }
  const interest = await readOpenInterest(context, priced, gaps);
  return tally.batch([...observations, ...interest], gaps);
}

function marketSchemaAt(now: number) {
  return z.object({
    markPrice: positiveNumber,
    indexPrice: absentable(positiveNumber),
    time: epochMs(now),
  });
}

/** `lastFundingRate` is the running rate of the interval that ends at `nextFundingTime`. */
function fundingOf(live: LiveRow, intervals: IntervalOf, now: number): Observation[] {
  const { coin, raw, row, symbol } = live;
  const at = epochMs(now);
  const schema = z.object({ lastFundingRate: intervalRateFraction, nextFundingTime: at, time: at });
  const funding = row.read('funding', schema, raw);
  if (funding === undefined) return [];
  const intervalHours = intervals(symbol);
  if (intervalHours === undefined) {
    row.drop('funding', 'interval unknown');
    return [];
  }
  return [
    {
      kind: 'funding',
      source: ID,
      asset: coin.asset,
      instrument: symbol,
      rateFraction: funding.lastFundingRate,
      intervalHours,
      phase: 'predicted',
      nextFundingAt: funding.nextFundingTime,
      annualFraction: annualFraction(funding.lastFundingRate, intervalHours),
      observedAt: funding.time,
    },
  ];
}
