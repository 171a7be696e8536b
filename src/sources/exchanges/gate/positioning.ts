import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { PositioningObservation } from '../../../signals/model/observations.ts';
import { absentable, decodeShape, nonNegativeNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { coinOf, ID } from './name.ts';
import { getFutures, rowsSchema } from './rest.ts';
import { secondsTime } from './seconds.ts';

const PERIOD_MS = 300_000;

/** 0 stands for a ratio without anything on one of its sides: it says nothing. */
const ratio = absentable(nonNegativeNumber).transform((value) => (value === 0 ? undefined : value));

/**
 * Long/short and taker ratios of the last whole five minutes, one call an instrument. Nothing where
 * the venue keeps no statistics of a contract.
 */
export function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachInstrument(ID, 'positioning', instruments, async (ref) => {
    const settle = coinOf(ref.instrument)?.settle;
    if (settle === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const now = context.now();
    // The newest row may be of a period that still runs.
    const query = { contract: ref.instrument, interval: '5m', limit: 2 };
    const rows = await getFutures(context, settle, 'contract_stats', query, rowsSchema);
    const schema = z.array(
      z.object({
        time: secondsTime(now),
        lsr_account: ratio,
        top_lsr_account: ratio,
        top_lsr_size: ratio,
        lsr_taker: ratio,
      }),
    );
    const newest = decodeShape(schema, rows, `contract_stats ${ref.instrument}`)
      .filter(({ time }) => time + PERIOD_MS <= now)
      .toSorted((a, b) => b.time - a.time)[0];
    if (newest === undefined) return undefined;
    const { lsr_account, lsr_taker, time, top_lsr_account, top_lsr_size } = newest;
    const observation: PositioningObservation = {
      kind: 'positioning',
      source: ID,
      ...ref,
      ...(lsr_account === undefined ? {} : { longShortAccountRatio: lsr_account }),
      ...(top_lsr_account === undefined ? {} : { topLongShortAccountRatio: top_lsr_account }),
      ...(top_lsr_size === undefined ? {} : { topLongShortPositionRatio: top_lsr_size }),
      ...(lsr_taker === undefined ? {} : { takerBuySellRatio: lsr_taker }),
      observedAt: time,
    };
    return observation;
  });
}
