import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { assetOfClass, classOfName } from '../../kit/asset-class.ts';
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
import { getMarket } from './envelope.ts';
import { type Instrument, type Instruments, readInstruments } from './instruments.ts';
import { type BybitCoin, type Category, coinOf, ID } from './name.ts';
import { openInterestOf } from './open-interest.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;
const CATEGORIES: readonly Category[] = ['linear', 'inverse'];

const nameSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({
  deliveryTime: z.string().regex(/^\d+$/, 'is not a time'),
  curPreListingPhase: z.string(),
});
const marketSchema = z.object({
  markPrice: positiveNumber,
  indexPrice: absentable(positiveNumber),
  turnover24h: absentable(nonNegativeNumber),
  volume24h: absentable(nonNegativeNumber),
});

/** Funding, open interest and market figures of every live perpetual, both categories. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  // Without it the class is what the name tells, and there is no leverage.
  const instruments = await partOrGaps(ID, ['market'], gaps, () => readInstruments(context));
  const parts = await Promise.all(
    CATEGORIES.map((category) =>
      partOrGaps(ID, KINDS, gaps, () => readTickers(context, category, instruments, tally)),
    ),
  );
  return tally.batch(
    parts.flatMap((part) => part ?? []),
    gaps,
  );
}

async function readTickers(
  context: FetchContext,
  category: Category,
  instruments: Instruments | undefined,
  tally: RowTally,
): Promise<Observation[]> {
  const schema = z.object({ category: z.literal(category), list: z.array(z.unknown()) });
  const { observedAt, result } = await getMarket(context, 'tickers', { category }, schema);
  const fundingSchema = z.object({
    fundingRate: intervalRateFraction,
    fundingIntervalHour: intervalHours,
    nextFundingTime: epochMs(context.now()),
  });
  return result.list.flatMap((raw): Observation[] => {
    const live = openLiveRow(raw, category, tally);
    if (live === undefined) return [];
    const { coin, row, symbol } = live;
    const { assetClass, maxLeverage } = instrumentOf(live, instruments);
    const asset = assetOfClass(coin.asset, assetClass);
    const identity = { source: ID, asset, instrument: symbol };
    const observations: Observation[] = [];
    const funding = row.read('funding', fundingSchema, raw);
    if (funding !== undefined) {
      observations.push({
        kind: 'funding',
        ...identity,
        rateFraction: funding.fundingRate,
        intervalHours: funding.fundingIntervalHour,
        phase: 'predicted',
        nextFundingAt: funding.nextFundingTime,
        annualFraction: annualFraction(funding.fundingRate, funding.fundingIntervalHour),
        observedAt,
      });
    }
    const market = row.read(['market', 'open-interest'], marketSchema, raw);
    if (market === undefined) return observations;
    // Linear turnover is in the quote coin; inverse volume counts contracts of 1 USD.
    const volume24hUsd = category === 'linear' ? market.turnover24h : market.volume24h;
    observations.push({
      kind: 'market',
      ...identity,
      markPriceUsd: market.markPrice / coin.multiplier,
      ...(market.indexPrice === undefined
        ? {}
        : { indexPriceUsd: market.indexPrice / coin.multiplier }),
      ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      ...(maxLeverage === undefined ? {} : { maxLeverage }),
      ...(assetClass === undefined ? {} : { assetClass }),
      observedAt,
    });
    const interest = openInterestOf(raw, coin, market.markPrice, row);
    if (interest !== undefined) {
      observations.push({ kind: 'open-interest', ...identity, ...interest, observedAt });
    }
    return observations;
  });
}

interface LiveRow {
  symbol: string;
  coin: BybitCoin;
  row: RowScope;
}

function instrumentOf({ coin, symbol }: LiveRow, instruments: Instruments | undefined): Instrument {
  if (coin.category === 'inverse') return {};
  const known = instruments?.get(symbol);
  if (known !== undefined) return known;
  const assetClass = classOfName(coin.asset);
  return assetClass === undefined ? {} : { assetClass };
}

/** Opens a tally row; undefined for rows left out by rule (dated, pre-listing) or unreadable. */
function openLiveRow(raw: unknown, category: Category, tally: RowTally): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const { symbol } = named.data;
  const coin = coinOf(symbol);
  if (coin === undefined || coin.category !== category) return undefined;
  const state = stateSchema.safeParse(raw);
  if (!state.success) {
    tally.row(symbol).read(KINDS, stateSchema, raw);
    return undefined;
  }
  const { curPreListingPhase, deliveryTime } = state.data;
  if (Number(deliveryTime) !== 0) return undefined;
  if (curPreListingPhase !== '' && curPreListingPhase !== 'Finished') return undefined;
  // Dated and pre-listing markets both say that no settlement lies ahead.
  if ((raw as { nextFundingTime?: unknown }).nextFundingTime === '0') return undefined;
  return { symbol, coin, row: tally.row(symbol) };
}
