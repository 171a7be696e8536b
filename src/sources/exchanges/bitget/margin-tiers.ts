import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { absentable, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { getPublic } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const fraction = positiveNumber.refine((value) => value <= 1, 'is not a fraction');

const tiersSchema = z
  .array(
    z.object({
      minTierValue: nonNegativeNumber,
      maxTierValue: positiveNumber,
      leverage: absentable(positiveNumber),
      mmr: fraction,
    }),
  )
  .min(1)
  .refine(
    (tiers) =>
      tiers.every(
        ({ minTierValue }, index) => minTierValue === (tiers[index - 1]?.maxTierValue ?? 0),
      ),
    'do not follow each other from 0 up',
  );

/**
 * Position tiers, one call an instrument, in the quote coin since July 2025. Of markets margined in
 * coins that is not certain, and they are left out. One tier that does not decode costs the
 * instrument.
 */
export function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachInstrument(ID, 'margin-tiers', instruments, async (ref) => {
    const category = coinOf(ref.instrument)?.category;
    if (category === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    if (category === 'COIN-FUTURES') {
      throw new SourceError('unsupported', `${ID}: the unit of these tiers is not known`);
    }
    const query = { category, symbol: ref.instrument };
    const path = 'v3/market/position-tier';
    const { answeredAt, data } = await getPublic(context, path, { query }, tiersSchema);
    const tiers = data.map(
      ({ leverage, minTierValue, mmr }): MarginTier => ({
        fromNotionalUsd: minTierValue,
        maintenanceFraction: mmr,
        ...(leverage === undefined ? {} : { maxLeverage: leverage }),
      }),
    );
    const observation: MarginTiersObservation = {
      kind: 'margin-tiers',
      source: ID,
      ...ref,
      tiers,
      observedAt: answeredAt,
    };
    return observation;
  });
}
