import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { decodeShape, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { ID, postInfo } from './info.ts';
import { coinOf } from './name.ts';

const metaSchema = z.object({
  universe: z.array(z.unknown()),
  marginTables: z.array(z.unknown()),
});
type Meta = z.infer<typeof metaSchema>;
const tierSchema = z.object({ lowerBound: nonNegativeNumber, maxLeverage: positiveNumber });
const tableSchema = z.object({ marginTiers: z.array(tierSchema).min(1) });

/** Tables below this number are not listed: theirs is one tier, with this leverage. */
const FIRST_LISTED_TABLE = 50;

/**
 * Margin tiers from `meta`, one call (weight 20) a dex that has an instrument here. Bounds are USD
 * of notional; the maintenance margin is half the initial one at a tier's highest leverage:
 * 1 / (2 x leverage).
 */
export function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const metas = new Map<string, Promise<Meta>>();
  function metaOf(dex: string | undefined) {
    const key = dex ?? '';
    const asked = metas.get(key) ?? askMeta(context, dex);
    metas.set(key, asked);
    return asked;
  }
  return readEachInstrument(ID, 'margin-tiers', instruments, async (wanted) => {
    const { asset, instrument } = wanted;
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const tiers = tiersOf(await metaOf(coin.dex), instrument);
    const observation: MarginTiersObservation = {
      kind: 'margin-tiers',
      source: ID,
      asset,
      instrument,
      tiers,
      observedAt: context.now(),
    };
    return observation;
  });
}

async function askMeta(context: FetchContext, dex: string | undefined): Promise<Meta> {
  const body = dex === undefined ? { type: 'meta' } : { type: 'meta', dex };
  return decodeShape(metaSchema, await postInfo(context, body, 20), 'meta');
}

function tiersOf({ marginTables, universe }: Meta, instrument: string): MarginTier[] {
  const what = `meta ${instrument}`;
  const schema = z.object({
    name: z.literal(instrument),
    marginTableId: z.int().positive(),
    maxLeverage: positiveNumber,
  });
  const named = universe.find((raw) => nameOf(raw) === instrument);
  const { marginTableId, maxLeverage } = decodeShape(schema, named, what);
  if (marginTableId < FIRST_LISTED_TABLE) return [tierAt(0, maxLeverage)];
  const entry = marginTables.find((raw) => Array.isArray(raw) && raw[0] === marginTableId);
  const { marginTiers } = decodeShape(tableSchema, (entry as unknown[] | undefined)?.[1], what);
  const rises = marginTiers.every((tier, index) => {
    const before = marginTiers[index - 1];
    return before === undefined ? tier.lowerBound === 0 : tier.lowerBound > before.lowerBound;
  });
  if (!rises) throw new SourceError('bad-payload', `${what}: tiers out of order`);
  return marginTiers.map((tier) => tierAt(tier.lowerBound, tier.maxLeverage));
}

function nameOf(raw: unknown): unknown {
  return (raw as { name?: unknown } | null)?.name;
}

function tierAt(fromNotionalUsd: number, maxLeverage: number): MarginTier {
  return { fromNotionalUsd, maintenanceFraction: 1 / (2 * maxLeverage), maxLeverage };
}
