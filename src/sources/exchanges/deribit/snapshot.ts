import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { type Listing, type Listings, readListings } from './instruments.ts';
import { coinOf, type DeribitCoin, ID } from './name.ts';
import { getPublic } from './rpc.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;
/**
 * Currencies perpetuals settle in and are quoted in dollars by. What settles in EURR is quoted in
 * euros; one call for all (`any`) is refused.
 */
const CURRENCIES = ['BTC', 'ETH', 'USDC', 'USDT'] as const;
/** Funding accrues every millisecond; the rate is told for eight hours. */
const RATE_HOURS = 8;

const listSchema = z.array(z.unknown());
const nameSchema = z.object({ instrument_name: z.string().min(1) });
const fundingSchema = z.object({ current_funding: intervalRateFraction });
const marketSchema = z.object({
  mark_price: positiveNumber,
  estimated_delivery_price: absentable(positiveNumber),
  volume_usd: absentable(nonNegativeNumber),
});
const interestSchema = z.object({ open_interest: nonNegativeNumber });

/** Funding, open interest and market figures of every live perpetual quoted in dollars. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const listings = await readListings(context);
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const parts = await Promise.all(
    CURRENCIES.map((currency) =>
      partOrGaps(ID, KINDS, gaps, () => readSummary(context, currency, listings, tally)),
    ),
  );
  return tally.batch(
    parts.flatMap((part) => part ?? []),
    gaps,
  );
}

async function readSummary(
  context: FetchContext,
  currency: string,
  listings: Listings,
  tally: RowTally,
): Promise<Observation[]> {
  const query = { currency, kind: 'future' };
  const list = await getPublic(context, 'get_book_summary_by_currency', query, listSchema);
  const stampSchema = z.object({ creation_timestamp: epochMs(context.now()) });
  return list.flatMap((raw) => {
    const live = openLiveRow(raw, listings, tally);
    if (live === undefined) return [];
    const observedAt = live.row.read(KINDS, stampSchema, raw)?.creation_timestamp;
    return observedAt === undefined ? [] : observationsOf(raw, live, observedAt);
  });
}

interface LiveRow {
  instrument: string;
  coin: DeribitCoin;
  listing: Listing;
  row: RowScope;
}

/** Opens a tally row; undefined for rows left out by rule (dated, ended, not dollars) or unreadable. */
function openLiveRow(raw: unknown, listings: Listings, tally: RowTally): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const instrument = named.data.instrument_name;
  const coin = coinOf(instrument);
  if (coin === undefined) return undefined;
  const listing = listings.get(instrument);
  if (listing === undefined || listing === 'unreadable') {
    const why = listing === undefined ? 'not among the instruments' : 'state or class unreadable';
    tally.row(instrument).drop(KINDS, why);
    return undefined;
  }
  return listing.live ? { instrument, coin, listing, row: tally.row(instrument) } : undefined;
}

function observationsOf(raw: unknown, live: LiveRow, observedAt: number): Observation[] {
  const { coin, instrument, listing, row } = live;
  const identity = { source: ID, asset: coin.asset, instrument };
  const observations: Observation[] = [];
  const funding = row.read('funding', fundingSchema, raw);
  if (funding !== undefined) {
    // `current_funding` is the rate of this moment; `funding_8h` what the last eight hours cost.
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction: funding.current_funding,
      intervalHours: RATE_HOURS,
      phase: 'predicted',
      annualFraction: annualFraction(funding.current_funding, RATE_HOURS),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema, raw);
  if (market === undefined) return observations;
  // The estimated delivery price of a perpetual is its index.
  const { estimated_delivery_price: indexPrice, mark_price: mark, volume_usd } = market;
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: mark / coin.multiplier,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
    ...(volume_usd === undefined ? {} : { volume24hUsd: volume_usd }),
    ...(listing.maxLeverage === undefined ? {} : { maxLeverage: listing.maxLeverage }),
    ...(listing.assetClass === undefined ? {} : { assetClass: listing.assetClass }),
    observedAt,
  });
  const interest = row.read('open-interest', interestSchema, raw)?.open_interest;
  if (interest !== undefined) {
    // Inverse: USD. Linear: units of the base, which are a thousand coins for `1000PEPE`.
    const units = coin.inverse ? interest / mark : interest;
    observations.push({
      kind: 'open-interest',
      ...identity,
      openInterestBase: units * coin.multiplier,
      openInterestUsd: coin.inverse ? interest : interest * mark,
      counting: 'one-sided as published',
      observedAt,
    });
  }
  return observations;
}
