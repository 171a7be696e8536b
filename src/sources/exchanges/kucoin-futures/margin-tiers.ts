import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type {
  Gap,
  MarginTier,
  MarginTiersObservation,
} from '../../../signals/model/observations.ts';
import { absentable, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import { createTally } from '../../kit/tally.ts';
import { getPublic } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const WEIGHT = 5;

const tiersSchema = z
  .array(
    z
      .object({
        minRiskLimit: nonNegativeNumber,
        maintainMargin: positiveNumber,
        maxLeverage: absentable(positiveNumber),
      })
      .transform(
        ({ maintainMargin, maxLeverage, minRiskLimit }): MarginTier => ({
          fromNotionalUsd: minRiskLimit,
          maintenanceFraction: maintainMargin,
          ...(maxLeverage === undefined ? {} : { maxLeverage }),
        }),
      ),
  )
  .transform((tiers) => tiers.toSorted((a, b) => a.fromNotionalUsd - b.fromNotionalUsd))
  .refine(
    (tiers) =>
      tiers[0]?.fromNotionalUsd === 0 && tiers.every(({ maintenanceFraction: m }) => m <= 1),
    'are no tiers from 0 up',
  );

/**
 * Margin tiers of these instruments, a call each. Limits are in the quote coin; those of inverse
 * contracts are in the coin itself and would need a price: a gap.
 */
export async function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const tally = createTally(ID);
  const observations: MarginTiersObservation[] = [];
  const outcome = await eachLimited(instruments, 1, async ({ asset, instrument }) => {
    if (coinOf(instrument)?.inverse !== false) {
      throw new SourceError('unsupported', `${instrument}: no margin tiers in dollars`);
    }
    const endpoint = `contracts/risk-limit/${instrument}`;
    const raw = await getPublic(context, endpoint, { weight: WEIGHT }, z.unknown());
    const tiers = tally.row(instrument).read('margin-tiers', tiersSchema, raw);
    if (tiers === undefined) return;
    const identity = { source: ID, asset, instrument };
    observations.push({ kind: 'margin-tiers', ...identity, tiers, observedAt: context.now() });
  });
  const failed = outcome.failures.map(({ error, item }) =>
    gapOf(ID, 'margin-tiers', error, item.instrument),
  );
  const notAsked = outcome.notAsked.map((item): Gap => {
    const gap = gapOf(ID, 'margin-tiers', outcome.stoppedBy, item.instrument);
    return { ...gap, detail: `not asked: ${gap.detail}` };
  });
  return tally.batch(observations, [...failed, ...notAsked]);
}
