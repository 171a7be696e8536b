import { z } from 'zod';
import type { Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  epochMs,
  intervalHours,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { HOUR_MS } from '../../kit/history.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { assetClassOf } from './asset-class.ts';
import { fetchContractRows, lotOf } from './contracts.ts';
import { coinOf, ID, type KucoinCoin } from './name.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;

const nameSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({
  type: z.string(),
  status: z.string(),
  marketStage: z.string(),
  expireDate: z.number().nullish(),
});
const marketSchema = z.object({
  markPrice: positiveNumber,
  indexPrice: absentable(positiveNumber),
  volumeOf24h: absentable(nonNegativeNumber),
  turnoverOf24h: absentable(nonNegativeNumber),
  maxLeverage: absentable(positiveNumber),
});
const interestSchema = z.object({ openInterest: nonNegativeNumber });

const hoursOfMs = positiveNumber
  .transform((ms): string | number => ms / HOUR_MS)
  .pipe(intervalHours);

/** `nextFundingRateTime` is a countdown; only `nextFundingRateDateTime` is a time. */
function fundingSchema(now: number) {
  return z
    .object({
      fundingFeeRate: intervalRateFraction,
      currentFundingRateGranularity: hoursOfMs.nullish(),
      fundingRateGranularity: hoursOfMs,
      nextFundingRateDateTime: absentable(epochMs(now)),
    })
    .transform((row) => ({
      rateFraction: row.fundingFeeRate,
      // The configured interval holds from the next cycle on; the current one may be null.
      intervalHours: row.currentFundingRateGranularity ?? row.fundingRateGranularity,
      nextFundingAt: row.nextFundingRateDateTime,
    }));
}

/** Funding, open interest and market figures of every live perpetual: one call has them all. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const rows = await fetchContractRows(context);
  // The answer carries no time of its own.
  const observedAt = context.now();
  const tally = createTally(ID);
  const observations = rows.flatMap((raw) => {
    const live = openLiveRow(raw, tally);
    return live === undefined ? [] : observationsOf(live, raw, observedAt);
  });
  return tally.batch(observations);
}

interface LiveRow {
  symbol: string;
  coin: KucoinCoin;
  row: RowScope;
}

function observationsOf({ coin, row, symbol }: LiveRow, raw: unknown, observedAt: number) {
  const identity = { source: ID, asset: coin.asset, instrument: symbol };
  const observations: Observation[] = [];
  const assetClass = row.read(KINDS, assetClassOf(coin.asset), raw);
  if (assetClass === undefined) return observations;
  const funding = row.read('funding', fundingSchema(observedAt), raw);
  if (funding !== undefined) {
    const { intervalHours: hours, nextFundingAt, rateFraction } = funding;
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction,
      intervalHours: hours,
      phase: 'predicted',
      ...(nextFundingAt === undefined ? {} : { nextFundingAt }),
      annualFraction: annualFraction(rateFraction, hours),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema, raw);
  if (market === undefined) return observations;
  const { indexPrice, markPrice, maxLeverage, turnoverOf24h, volumeOf24h } = market;
  // Linear turnover is in the quote coin; inverse volume counts contracts of a dollar.
  const volume24hUsd = coin.inverse ? volumeOf24h : turnoverOf24h;
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: markPrice / coin.multiplier,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
    ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(assetClass === 'crypto' ? {} : { assetClass }),
    observedAt,
  });
  const interest = row.read('open-interest', interestSchema, raw);
  const lot = lotOf(raw);
  if (lot === undefined) row.drop('open-interest', 'name, kind and multiplier do not fit');
  if (interest === undefined || lot === undefined) return observations;
  const size = interest.openInterest * lot;
  const venueUnits = coin.inverse ? size / markPrice : size;
  observations.push({
    kind: 'open-interest',
    ...identity,
    openInterestBase: venueUnits * coin.multiplier,
    openInterestUsd: coin.inverse ? size : size * markPrice,
    counting: 'as published, taken as one-sided',
    observedAt,
  });
  return observations;
}

/** Opens a tally row; undefined for rows left out by rule or unreadable. */
function openLiveRow(raw: unknown, tally: RowTally): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const { symbol } = named.data;
  const coin = coinOf(symbol);
  if (coin === undefined) return undefined;
  const state = stateSchema.safeParse(raw);
  if (!state.success) {
    tally.row(symbol).read(KINDS, stateSchema, raw);
    return undefined;
  }
  const { expireDate, marketStage, status, type } = state.data;
  // FFWCSX are perpetuals; one with an end is about to be delisted.
  const lasting = type === 'FFWCSX' && (expireDate ?? undefined) === undefined;
  if (!lasting || status !== 'Open' || marketStage !== 'NORMAL') return undefined;
  return { symbol, coin, row: tally.row(symbol) };
}
