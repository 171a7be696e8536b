import { z } from 'zod';
import type { MarginTiersObservation } from '../../../signals/model/observations.ts';
import { positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { createTally } from '../../kit/tally.ts';
import { readMarkets } from './markets.ts';
import { ID } from './name.ts';

const fraction = positiveNumber.refine((value) => value <= 1, 'is not a fraction');
const schema = z
  .object({ initialMarginFraction: fraction, maintenanceMarginFraction: fraction })
  .refine(
    (margin) => margin.maintenanceMarginFraction <= margin.initialMarginFraction,
    'asks more to keep a position than to open it',
  );

/**
 * Margin of all instruments, from the one call of the snapshot. dYdX has no tiers by the size of a
 * position: one holds from 0 up. The leverage is the published one; what the market's open interest
 * takes off it (`leverage.ts`) concerns new positions only and is told by the snapshot.
 */
export async function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const tally = createTally(ID);
  const wanted = new Set(instruments.map(({ instrument }) => instrument));
  const observedAt = context.now();
  const markets = await readMarkets(context, ['margin-tiers'], tally);
  const tiers = markets
    .filter(({ ticker }) => wanted.has(ticker))
    .flatMap(({ coin, raw, row, ticker }): MarginTiersObservation[] => {
      const margin = row.read('margin-tiers', schema, raw);
      if (margin === undefined) return [];
      const { initialMarginFraction, maintenanceMarginFraction } = margin;
      return [
        {
          kind: 'margin-tiers',
          source: ID,
          asset: coin.asset,
          instrument: ticker,
          tiers: [
            {
              fromNotionalUsd: 0,
              maintenanceFraction: maintenanceMarginFraction,
              maxLeverage: 1 / initialMarginFraction,
            },
          ],
          observedAt,
        },
      ];
    });
  return tally.batch(tiers);
}
