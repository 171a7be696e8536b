import type { DepthObservation, Gap } from '../../signals/model/observations.ts';
import type { InstrumentRef, SourceBatch } from './define.ts';
import { eachLimited } from './each-limited.ts';
import { gapOf } from './gap.ts';

const BOOKS_AT_ONCE = 4;

/** Reads one order book an instrument; a book that cannot be had is a gap, the others go on. */
export async function readEachBook(
  source: string,
  instruments: readonly InstrumentRef[],
  read: (instrument: InstrumentRef) => Promise<DepthObservation>,
): Promise<SourceBatch> {
  const found = new Map<InstrumentRef, DepthObservation>();
  const outcome = await eachLimited(instruments, BOOKS_AT_ONCE, async (instrument) => {
    found.set(instrument, await read(instrument));
  });
  const failed = outcome.failures.map(({ error, item }) =>
    gapOf(source, 'depth', error, item.instrument),
  );
  const notAsked = outcome.notAsked.map((item): Gap => {
    const gap = gapOf(source, 'depth', outcome.stoppedBy, item.instrument);
    return { ...gap, detail: `not asked: ${gap.detail}` };
  });
  const bad = outcome.failures.filter(({ error }) => error.reason === 'bad-payload');
  return {
    observations: instruments.flatMap((instrument) => found.get(instrument) ?? []),
    gaps: [...failed, ...notAsked],
    rowsSeen: found.size + bad.length,
    rowsDropped: bad.length,
    dropSamples: bad.slice(0, 5).map(({ error }) => error.message),
  };
}
