import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { canonicalAsset } from '../../../signals/assets.ts';
import type { Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  decodeShape,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { HOUR_MS } from '../../kit/history.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { ID, postInfo } from './info.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;
/** Hyperliquid settles every hour, on the hour. */
const INTERVAL_HOURS = 1;

const answerSchema = z.tuple([z.object({ universe: z.array(z.unknown()) }), z.array(z.unknown())]);
const assetSchema = z.object({
  name: z.string().min(1),
  isDelisted: z.boolean().optional(),
  maxLeverage: absentable(positiveNumber),
});
const fundingSchema = z.object({ funding: intervalRateFraction });
const marketSchema = z.object({
  markPx: positiveNumber,
  oraclePx: absentable(positiveNumber),
  dayNtlVlm: absentable(nonNegativeNumber),
});
const interestSchema = z.object({ openInterest: nonNegativeNumber });
/** No book and nothing open: a market that is gone, whatever its flags say. */
const deadSchema = z.object({
  midPx: z.null(),
  openInterest: z.string().regex(/^0(\.0+)?$/),
});

/**
 * All perpetuals in one call. Names and figures come as two arrays matched by index only: when
 * their lengths differ no row can be trusted and the whole answer is refused.
 */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const answer = await postInfo(context, { type: 'metaAndAssetCtxs' }, 20);
  const [{ universe }, figures] = decodeShape(answerSchema, answer, 'metaAndAssetCtxs');
  if (universe.length !== figures.length) {
    const detail = `${universe.length} names for ${figures.length} rows`;
    throw new SourceError('bad-payload', `${ID} metaAndAssetCtxs: ${detail}`);
  }
  const tally = createTally(ID);
  const observedAt = context.now();
  const observations = universe.flatMap((asset, index) =>
    readRow(asset, figures[index], observedAt, tally),
  );
  return tally.batch(observations);
}

function readRow(
  rawAsset: unknown,
  raw: unknown,
  observedAt: number,
  tally: RowTally,
): Observation[] {
  const listed = assetSchema.safeParse(rawAsset);
  if (!listed.success) {
    tally.row(undefined).read(KINDS, assetSchema, rawAsset);
    return [];
  }
  const { isDelisted, maxLeverage, name } = listed.data;
  const coin = canonicalAsset(name, 'k-prefix');
  if (isDelisted === true || coin === undefined || deadSchema.safeParse(raw).success) return [];

  const row = tally.row(name);
  const identity = { source: ID, asset: coin.asset, instrument: name };
  const observations: Observation[] = [];
  const funding = row.read('funding', fundingSchema, raw);
  if (funding !== undefined) {
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction: funding.funding,
      intervalHours: INTERVAL_HOURS,
      phase: 'predicted',
      nextFundingAt: (Math.floor(observedAt / HOUR_MS) + 1) * HOUR_MS,
      annualFraction: annualFraction(funding.funding, INTERVAL_HOURS),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], marketSchema, raw);
  if (market === undefined) return observations;
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: market.markPx / coin.multiplier,
    ...(market.oraclePx === undefined ? {} : { indexPriceUsd: market.oraclePx / coin.multiplier }),
    ...(market.dayNtlVlm === undefined ? {} : { volume24hUsd: market.dayNtlVlm }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    observedAt,
  });
  const interest = row.read('open-interest', interestSchema, raw);
  if (interest !== undefined) {
    observations.push({
      kind: 'open-interest',
      ...identity,
      openInterestBase: interest.openInterest * coin.multiplier,
      openInterestUsd: interest.openInterest * market.markPx,
      counting: 'one-sided as published',
      observedAt,
    });
  }
  return observations;
}
