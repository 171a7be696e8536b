import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import {
  absentable,
  decodeShape,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import { HOUR_MS } from '../../kit/history.ts';
import type { RowTally } from '../../kit/tally.ts';
import { ID } from './info.ts';
import { coinOf } from './name.ts';

export const KINDS = ['funding', 'open-interest', 'market'] as const;
/** Hyperliquid settles every hour, on the hour, on all of its dexes. */
const INTERVAL_HOURS = 1;

const metaSchema = z.object({
  universe: z.array(z.unknown()),
  collateralToken: z.unknown().optional(),
});
const answerSchema = z.tuple([metaSchema, z.array(z.unknown())]);
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

export interface DexAnswer {
  universe: readonly unknown[];
  figures: readonly unknown[];
  /** Index of the token margins and prices are in, as the venue sent it. */
  collateralToken?: unknown;
}

/**
 * The two halves of `metaAndAssetCtxs`. Names and figures come as two arrays matched by index only:
 * when their lengths differ no row can be trusted and the whole answer is refused (`bad-payload`).
 */
export function decodeDex(answer: unknown): DexAnswer {
  const [meta, figures] = decodeShape(answerSchema, answer, 'metaAndAssetCtxs');
  const { collateralToken, universe } = meta;
  if (universe.length !== figures.length) {
    const detail = `${universe.length} names for ${figures.length} rows`;
    throw new SourceError('bad-payload', `${ID} metaAndAssetCtxs: ${detail}`);
  }
  return { universe, figures, collateralToken };
}

export interface RowContext {
  /** The builder-deployed dex the answer is of; absent: Hyperliquid's own. */
  dex?: string;
  categories: ReadonlyMap<string, string>;
  observedAt: number;
  tally: RowTally;
}

/** Observations of every live market of one dex, figures in its collateral taken as USD. */
export function observeDex({ figures, universe }: DexAnswer, context: RowContext): Observation[] {
  return universe.flatMap((asset, index) => observe(asset, figures[index], context));
}

function observe(rawAsset: unknown, raw: unknown, context: RowContext): Observation[] {
  const { categories, dex, observedAt, tally } = context;
  const listed = assetSchema.safeParse(rawAsset);
  if (!listed.success) {
    tally.row(undefined).read(KINDS, assetSchema, rawAsset);
    return [];
  }
  const { isDelisted, maxLeverage, name } = listed.data;
  const coin = coinOf(name, categories.get(name));
  if (isDelisted === true || coin === undefined || deadSchema.safeParse(raw).success) return [];

  const row = tally.row(name);
  if (coin.dex !== dex) {
    row.drop(KINDS, 'a market of another dex');
    return [];
  }
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
    ...(coin.assetClass === undefined ? {} : { assetClass: coin.assetClass }),
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
