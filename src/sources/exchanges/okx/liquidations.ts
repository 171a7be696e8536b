import { z } from 'zod';
import type { LiquidationObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { createTally } from '../../kit/tally.ts';
import { readContracts, sizeOf } from './contracts.ts';
import { getData } from './envelope.ts';
import { ID } from './name.ts';

const groupsSchema = z.array(
  z.object({ instId: z.string().min(1), details: z.array(z.unknown()) }),
);

/**
 * Forced closings since `from`, one call an instrument. A lower bound: the list is short, and the
 * venue publishes at most one a second and contract. Sizes are contracts, prices
 * those of bankruptcy. The order's side says whose position it was (sold: a long's); `posSide`
 * says it too, but for accounts in net mode.
 */
export async function fetchLiquidations(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
  from: number,
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  const tally = createTally(ID);
  const found = new Map<InstrumentRef, LiquidationObservation[]>();
  const schema = detailSchema(context.now());
  const batch = await readEachInstrument(ID, 'liquidation', instruments, async (ref) => {
    const size = sizeOf(contracts, ref.instrument);
    const contract = contracts.get(ref.instrument);
    const uly = contract?.index ?? contract?.coin.family ?? '';
    const query = { instType: 'SWAP', state: 'filled', uly };
    const rows = await getData(context, 'public/liquidation-orders', query);
    const groups = decodeShape(groupsSchema, rows, `liquidation-orders ${ref.instrument}`);
    // The swaps of one underlying come together.
    const ours = groups.filter(({ instId }) => instId === ref.instrument);
    const details = ours.flatMap((group) => group.details);
    const observations = details.flatMap((raw): LiquidationObservation[] => {
      const detail = tally.row(ref.instrument).read('liquidation', schema, raw);
      if (detail === undefined || detail.ts < from) return [];
      const { bkPx, side, sz, ts } = detail;
      return [
        {
          kind: 'liquidation',
          source: ID,
          ...ref,
          side: side === 'sell' ? 'long' : 'short',
          sizeBase: size.toCoins(sz, bkPx),
          priceUsd: bkPx,
          sizeUsd: size.toUsd(sz, bkPx),
          completeness: 'lower-bound',
          observedAt: ts,
        },
      ];
    });
    found.set(ref, observations);
    return undefined;
  });
  const observations = instruments.flatMap((ref) => found.get(ref) ?? []);
  const rows = tally.batch(observations, batch.gaps);
  return {
    ...rows,
    rowsSeen: rows.rowsSeen + batch.rowsSeen,
    rowsDropped: rows.rowsDropped + batch.rowsDropped,
    dropSamples: [...batch.dropSamples, ...rows.dropSamples].slice(0, 5),
  };
}

function detailSchema(now: number) {
  return z
    .object({
      side: z.enum(['buy', 'sell']),
      posSide: z.enum(['long', 'short', 'net']),
      bkPx: positiveNumber,
      sz: positiveNumber,
      ts: epochMs(now),
    })
    .refine(
      ({ posSide, side }) => posSide === 'net' || (posSide === 'long') === (side === 'sell'),
      'contradicts itself',
    );
}
