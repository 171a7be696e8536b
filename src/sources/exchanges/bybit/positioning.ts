import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { PositioningObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { getMarket } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const listSchema = z.object({ list: z.array(z.unknown()) });

/**
 * Accounts net long over accounts net short in the last five minutes, one call an instrument. The
 * venue gives both as shares of all accounts. Nothing where it keeps no ratio of an instrument.
 */
export function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachInstrument(ID, 'positioning', instruments, async (wanted) => {
    const { asset, instrument } = wanted;
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const query = { category: coin.category, symbol: instrument, period: '5min', limit: 1 };
    const { result } = await getMarket(context, 'account-ratio', query, listSchema);
    if (result.list.length === 0) return undefined;
    const row = z
      .object({
        symbol: z.literal(instrument),
        buyRatio: positiveNumber,
        sellRatio: positiveNumber,
        timestamp: epochMs(context.now()),
      })
      .refine((ratio) => Math.abs(ratio.buyRatio + ratio.sellRatio - 1) < 0.01, 'does not add up');
    const ratio = decodeShape(row, result.list[0], `account-ratio ${instrument}`);
    const observation: PositioningObservation = {
      kind: 'positioning',
      source: ID,
      asset,
      instrument,
      longShortAccountRatio: ratio.buyRatio / ratio.sellRatio,
      observedAt: ratio.timestamp,
    };
    return observation;
  });
}
