import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { assetOfClass } from '../../kit/asset-class.ts';
import {
  absentable,
  intervalHours,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { fetchContractRows } from './contracts.ts';
import { KINDS, type LiveRow, openLiveRow } from './live-row.ts';
import { ID, SETTLES, type Settle } from './name.ts';
import { getFutures, rowsSchema } from './rest.ts';
import { secondsTime } from './seconds.ts';

const marketSchema = z.object({
  mark_price: positiveNumber,
  index_price: absentable(positiveNumber),
  leverage_max: absentable(positiveNumber),
});
const interestSchema = z.object({ position_size: nonNegativeNumber });

const hoursOfSeconds = positiveNumber
  .transform((seconds): string | number => seconds / 3600)
  .pipe(intervalHours);

/** `funding_rate` is what will be applied next; `funding_rate_indicative` is no longer kept up. */
function fundingSchema(now: number) {
  return z.object({
    funding_rate: intervalRateFraction,
    funding_interval: hoursOfSeconds,
    funding_next_apply: secondsTime(now),
  });
}

/**
 * Funding, open interest and market figures of every live perpetual: two calls a settlement coin,
 * contracts (which have everything but volume) and tickers.
 */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const parts = await Promise.all(
    SETTLES.map((settle) =>
      partOrGaps(ID, KINDS, gaps, () => readSettle(context, settle, tally, gaps)),
    ),
  );
  return tally.batch(
    parts.flatMap((part) => part ?? []),
    gaps,
  );
}

async function readSettle(
  context: FetchContext,
  settle: Settle,
  tally: RowTally,
  gaps: Gap[],
): Promise<Observation[]> {
  const [rows, tickers] = await Promise.all([
    fetchContractRows(context, settle),
    partOrGaps(ID, ['market'], gaps, () => getFutures(context, settle, 'tickers', {}, rowsSchema)),
  ]);
  // Neither answer carries a time of its own.
  const observedAt = context.now();
  const live = rows.flatMap((raw) => {
    const row = openLiveRow(raw, settle, tally);
    return row === undefined ? [] : [{ raw, row }];
  });
  const volumes = readVolumes(tickers ?? [], new Set(live.map(({ row }) => row.name)), tally);
  return live.flatMap(({ raw, row }) => observationsOf(row, raw, volumes, observedAt));
}

function observationsOf(
  { assetClass, coin, name, row, size }: LiveRow,
  raw: unknown,
  volumes: ReadonlyMap<string, number>,
  observedAt: number,
): Observation[] {
  const nonCoin = assetClass === 'crypto' ? undefined : assetClass;
  const identity = { source: ID, asset: assetOfClass(coin.asset, nonCoin), instrument: name };
  const observations: Observation[] = [];
  const funding = row.read('funding', fundingSchema(observedAt), raw);
  if (funding !== undefined) {
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction: funding.funding_rate,
      intervalHours: funding.funding_interval,
      phase: 'predicted',
      nextFundingAt: funding.funding_next_apply,
      annualFraction: annualFraction(funding.funding_rate, funding.funding_interval),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema, raw);
  if (market === undefined) return observations;
  const volume24hUsd = volumes.get(name);
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: market.mark_price,
    ...(market.index_price === undefined ? {} : { indexPriceUsd: market.index_price }),
    ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
    ...(market.leverage_max === undefined ? {} : { maxLeverage: market.leverage_max }),
    ...(nonCoin === undefined ? {} : { assetClass: nonCoin }),
    observedAt,
  });
  // `total_size` of tickers is twice as much: both sides.
  const interest = row.read('open-interest', interestSchema, raw);
  if (interest === undefined) return observations;
  observations.push({
    kind: 'open-interest',
    ...identity,
    openInterestBase: size.toCoins(interest.position_size, market.mark_price),
    openInterestUsd: size.toUsd(interest.position_size, market.mark_price),
    counting: 'one-sided as published',
    observedAt,
  });
  return observations;
}

const tickerSchema = z.object({ contract: z.string().min(1) });
const quoteSchema = z.object({ volume_24h_quote: nonNegativeNumber });
const contractsSchema = z.object({ volume_24h: nonNegativeNumber });

/** USD traded in 24 h by contract. A contract settled in BTC is a dollar. */
function readVolumes(
  tickers: readonly unknown[],
  wanted: ReadonlySet<string>,
  tally: RowTally,
): Map<string, number> {
  const volumes = new Map<string, number>();
  for (const raw of tickers) {
    const named = tickerSchema.safeParse(raw);
    if (named.success && !wanted.has(named.data.contract)) continue;
    const row = tally.row(named.data?.contract);
    const contract = row.read('market', tickerSchema, raw)?.contract;
    if (contract === undefined) continue;
    const usd = contract.endsWith('_USD')
      ? row.read('market', contractsSchema, raw)?.volume_24h
      : row.read('market', quoteSchema, raw)?.volume_24h_quote;
    if (usd !== undefined) volumes.set(contract, usd);
  }
  return volumes;
}
