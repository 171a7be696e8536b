import type { Gap, Observation, WantedKind } from '../../signals/model/observations.ts';
import type { InstrumentRef, SourceBatch } from './define.ts';
import { eachLimited } from './each-limited.ts';
import { gapOf } from './gap.ts';

const INSTRUMENTS_AT_ONCE = 4;

/**
 * Reads one observation an instrument, a few at a time; one that cannot be had is a gap of that
 * instrument, the others go on. `read` throws `SourceError`, or gives undefined for nothing to tell
 * that it has accounted for itself. Observations come in the order of `instruments`.
 */
export async function readEachInstrument(
  source: string,
  wanted: WantedKind,
  instruments: readonly InstrumentRef[],
  read: (instrument: InstrumentRef) => Promise<Observation | undefined>,
): Promise<SourceBatch> {
  const found = new Map<InstrumentRef, Observation>();
  const outcome = await eachLimited(instruments, INSTRUMENTS_AT_ONCE, async (instrument) => {
    const observation = await read(instrument);
    if (observation !== undefined) found.set(instrument, observation);
  });
  const failed = outcome.failures.map(({ error, item }) =>
    gapOf(source, wanted, error, item.instrument),
  );
  const notAsked = outcome.notAsked.map((item): Gap => {
    const gap = gapOf(source, wanted, outcome.stoppedBy, item.instrument);
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
