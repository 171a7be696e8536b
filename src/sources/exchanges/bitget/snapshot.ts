import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { assetOfClass } from '../../kit/asset-class.ts';
import {
  absentable,
  epochMs,
  intervalHours,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { type BitgetAnswer, getPublic, rowsSchema } from './envelope.ts';
import { type Instrument, type Instruments, readInstruments } from './instruments.ts';
import { type BitgetCoin, CATEGORIES, type Category, coinOf, ID } from './name.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;

const nameSchema = z.object({ symbol: z.string().min(1) });
const interestSchema = z.object({ openInterest: nonNegativeNumber });

function marketSchema(now: number) {
  return z.object({
    markPrice: positiveNumber,
    indexPrice: absentable(positiveNumber),
    turnover24h: absentable(nonNegativeNumber),
    ts: epochMs(now),
  });
}

function fundingSchema(now: number) {
  return z.object({
    fundingRate: intervalRateFraction,
    fundingRateInterval: intervalHours,
    nextUpdate: epochMs(now),
  });
}

/** Funding, open interest and market figures of every live perpetual: two calls a category. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const parts = await Promise.all(
    CATEGORIES.map((category) =>
      partOrGaps(ID, KINDS, gaps, () => readCategory(context, category, tally, gaps)),
    ),
  );
  return tally.batch(
    parts.flatMap((part) => part ?? []),
    gaps,
  );
}

async function readCategory(
  context: FetchContext,
  category: Category,
  tally: RowTally,
  gaps: Gap[],
): Promise<Observation[]> {
  const query = { category };
  const [tickers, rates, instruments] = await Promise.all([
    getPublic(context, 'v3/market/tickers', { query }, rowsSchema),
    partOrGaps(ID, ['funding'], gaps, () =>
      getPublic(context, 'v3/market/current-fund-rate', { query }, rowsSchema),
    ),
    readInstruments(context, category),
  ]);
  // Some ten symbols of tests are listed with a rate only: tickers say what there is.
  const live = tickers.data.flatMap((raw) => {
    const row = openLiveRow(raw, category, instruments, tally);
    return row === undefined ? [] : [row];
  });
  const rateOf = rates === undefined ? undefined : ratesBySymbol(rates);
  return live.flatMap((row) => observationsOf(row, rateOf, context.now()));
}

interface LiveRow {
  symbol: string;
  coin: BitgetCoin;
  instrument: Extract<Instrument, { state: 'live' }>;
  raw: unknown;
  row: RowScope;
}

/** Opens a tally row; undefined for rows left out by rule and for unreadable ones. */
function openLiveRow(
  raw: unknown,
  category: Category,
  instruments: Instruments,
  tally: RowTally,
): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const { symbol } = named.data;
  const coin = coinOf(symbol);
  if (coin?.category !== category) return undefined;
  const instrument = instruments.get(symbol);
  if (instrument?.state === 'not-live') return undefined;
  const row = tally.row(symbol);
  if (instrument?.state === 'live') return { symbol, coin, instrument, raw, row };
  row.drop(KINDS, 'state or class unknown');
  return undefined;
}

interface Rates {
  rows: ReadonlyMap<string, unknown>;
  answeredAt: number;
}

function ratesBySymbol({ answeredAt, data }: BitgetAnswer<unknown[]>): Rates {
  const rows = new Map<string, unknown>();
  for (const raw of data) {
    const named = nameSchema.safeParse(raw);
    if (named.success) rows.set(named.data.symbol, raw);
  }
  return { rows, answeredAt };
}

function observationsOf(live: LiveRow, rates: Rates | undefined, now: number): Observation[] {
  const { coin, instrument, raw, row, symbol } = live;
  const nonCoin = instrument.assetClass === 'crypto' ? undefined : instrument.assetClass;
  const identity = { source: ID, asset: assetOfClass(coin.asset, nonCoin), instrument: symbol };
  const observations: Observation[] = [];
  // The rate of tickers comes without its interval, and lags behind at settlements.
  const funding =
    rates === undefined
      ? undefined
      : row.read('funding', fundingSchema(now), rates.rows.get(symbol));
  if (rates !== undefined && funding !== undefined) {
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction: funding.fundingRate,
      intervalHours: funding.fundingRateInterval,
      phase: 'predicted',
      nextFundingAt: funding.nextUpdate,
      annualFraction: annualFraction(funding.fundingRate, funding.fundingRateInterval),
      observedAt: rates.answeredAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema(now), raw);
  if (market === undefined) return observations;
  const { indexPrice, markPrice, ts, turnover24h } = market;
  const { maxLeverage } = instrument;
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: markPrice / coin.multiplier,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
    ...(turnover24h === undefined ? {} : { volume24hUsd: turnover24h }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(nonCoin === undefined ? {} : { assetClass: nonCoin }),
    observedAt: ts,
  });
  const interest = row.read('open-interest', interestSchema, raw);
  if (interest === undefined) return observations;
  observations.push({
    kind: 'open-interest',
    ...identity,
    openInterestBase: interest.openInterest * coin.multiplier,
    openInterestUsd: interest.openInterest * markPrice,
    counting: 'as published, taken as one-sided',
    observedAt: ts,
  });
  return observations;
}
