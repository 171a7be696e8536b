import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { decodeShape, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { getMarket } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const listSchema = z.object({ list: z.array(z.unknown()).min(1) });
const fraction = positiveNumber.refine((value) => value <= 1, 'is not a fraction');

/**
 * Risk-limit tiers, one call an instrument. A tier's `riskLimitValue` is the notional it ends at, so
 * that it begins where the one before ends. Inverse contracts have theirs in coins and are left out.
 */
export function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachInstrument(ID, 'margin-tiers', instruments, async (wanted) => {
    const { asset, instrument } = wanted;
    const category = coinOf(instrument)?.category;
    if (category === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    if (category === 'inverse') {
      throw new SourceError('unsupported', `${ID}: risk limits of inverse contracts are in coins`);
    }
    const query = { category, symbol: instrument };
    const { observedAt, result } = await getMarket(context, 'risk-limit', query, listSchema);
    const observation: MarginTiersObservation = {
      kind: 'margin-tiers',
      source: ID,
      asset,
      instrument,
      tiers: tiersOf(result.list, instrument),
      observedAt,
    };
    return observation;
  });
}

function tiersOf(list: readonly unknown[], instrument: string): MarginTier[] {
  const what = `risk-limit ${instrument}`;
  const schema = z.object({
    symbol: z.literal(instrument),
    riskLimitValue: positiveNumber,
    maintenanceMargin: fraction,
    maxLeverage: positiveNumber,
  });
  let fromNotionalUsd = 0;
  return list.map((raw): MarginTier => {
    const tier = decodeShape(schema, raw, what);
    if (tier.riskLimitValue <= fromNotionalUsd) {
      throw new SourceError('bad-payload', `${what}: tiers out of order`);
    }
    const from = fromNotionalUsd;
    fromNotionalUsd = tier.riskLimitValue;
    return {
      fromNotionalUsd: from,
      maintenanceFraction: tier.maintenanceMargin,
      maxLeverage: tier.maxLeverage,
    };
  });
}
