import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { absentable, decodeShape, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { coinOf, ID } from './name.ts';
import { getFutures } from './rest.ts';

const fraction = positiveNumber.refine((value) => value <= 1, 'is not a fraction');

/**
 * Risk-limit tiers, one call an instrument. `risk_limit` is the notional a tier ends at: it begins
 * where the one before ends, as its `deduction` confirms. Contracts settled in BTC have their limits
 * in BTC and are left out. One tier that does not decode costs the instrument.
 */
export function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachInstrument(ID, 'margin-tiers', instruments, async (ref) => {
    const settle = coinOf(ref.instrument)?.settle;
    if (settle === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    if (settle === 'btc') {
      throw new SourceError('unsupported', `${ID}: risk limits of these contracts are in coins`);
    }
    const schema = z
      .array(
        z.object({
          contract: z.literal(ref.instrument).optional(),
          risk_limit: positiveNumber,
          maintenance_rate: fraction,
          leverage_max: absentable(positiveNumber),
        }),
      )
      .min(1);
    const query = { contract: ref.instrument };
    const rows = await getFutures(context, settle, 'risk_limit_tiers', query, z.unknown());
    const what = `risk_limit_tiers ${ref.instrument}`;
    let fromNotionalUsd = 0;
    const tiers = decodeShape(schema, rows, what).map((row): MarginTier => {
      if (row.risk_limit <= fromNotionalUsd) {
        throw new SourceError('bad-payload', `${what}: tiers out of order`);
      }
      const from = fromNotionalUsd;
      fromNotionalUsd = row.risk_limit;
      return {
        fromNotionalUsd: from,
        maintenanceFraction: row.maintenance_rate,
        ...(row.leverage_max === undefined ? {} : { maxLeverage: row.leverage_max }),
      };
    });
    const observation: MarginTiersObservation = {
      kind: 'margin-tiers',
      source: ID,
      ...ref,
      tiers,
      observedAt: context.now(),
    };
    return observation;
  });
}
