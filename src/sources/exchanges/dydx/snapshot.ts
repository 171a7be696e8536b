import { z } from 'zod';
import type { Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { HOUR_MS } from '../../kit/history.ts';
import { createTally } from '../../kit/tally.ts';
import { leverageOf } from './leverage.ts';
import { type LiveMarket, readMarkets } from './markets.ts';
import { ID } from './name.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;
/** dYdX settles every hour, on the hour; the indexer gives the rate of that hour. */
const INTERVAL_HOURS = 1;

const fundingSchema = z.object({ nextFundingRate: intervalRateFraction });
const marginFraction = positiveNumber.refine((value) => value <= 1, 'is not a fraction');
const marketSchema = z.object({
  oraclePrice: positiveNumber,
  volume24H: absentable(nonNegativeNumber),
});
/** `baseOpenInterest` counts something else (it differs by tenths) and is not read. */
const interestSchema = z.object({ openInterest: nonNegativeNumber });
const marginSchema = z.object({
  initialMarginFraction: marginFraction,
  openInterestLowerCap: nonNegativeNumber,
  openInterestUpperCap: nonNegativeNumber,
});

/**
 * Funding, open interest and market figures of every active perpetual, in one call. Positions are
 * valued at the oracle price: it is mark and index in one. The answer carries no time.
 */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const tally = createTally(ID);
  const markets = await readMarkets(context, KINDS, tally);
  const observedAt = context.now();
  return tally.batch(markets.flatMap((market) => observe(market, observedAt)));
}

function observe({ coin, raw, row, ticker }: LiveMarket, observedAt: number): Observation[] {
  const identity = { source: ID, asset: coin.asset, instrument: ticker };
  const observations: Observation[] = [];
  const funding = row.read('funding', fundingSchema, raw);
  if (funding !== undefined) {
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction: funding.nextFundingRate,
      intervalHours: INTERVAL_HOURS,
      phase: 'predicted',
      nextFundingAt: (Math.floor(observedAt / HOUR_MS) + 1) * HOUR_MS,
      annualFraction: annualFraction(funding.nextFundingRate, INTERVAL_HOURS),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema, raw);
  if (market === undefined) return observations;
  const interest = row.read('open-interest', interestSchema, raw);
  const openInterestUsd =
    interest === undefined ? undefined : interest.openInterest * market.oraclePrice;
  const maxLeverage =
    openInterestUsd === undefined ? undefined : readLeverage(raw, openInterestUsd);
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: market.oraclePrice,
    indexPriceUsd: market.oraclePrice,
    ...(market.volume24H === undefined ? {} : { volume24hUsd: market.volume24H }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(coin.assetClass === undefined ? {} : { assetClass: coin.assetClass }),
    observedAt,
  });
  if (interest !== undefined && openInterestUsd !== undefined) {
    observations.push({
      kind: 'open-interest',
      ...identity,
      openInterestBase: interest.openInterest,
      openInterestUsd,
      counting: 'one-sided as published',
      observedAt,
    });
  }
  return observations;
}

/** A bonus of the row: where one of its parts is not given or unreadable, there is none. */
function readLeverage(raw: unknown, openInterestUsd: number): number | undefined {
  const margin = marginSchema.safeParse(raw);
  return margin.success ? leverageOf({ ...margin.data, openInterestUsd }) : undefined;
}
