import type { DepthObservation } from '../../signals/model/observations.ts';
import type { InstrumentRef, SourceBatch } from './define.ts';
import { readEachInstrument } from './each-instrument.ts';

/** Reads one order book an instrument; a book that cannot be had is a gap, the others go on. */
export function readEachBook(
  source: string,
  instruments: readonly InstrumentRef[],
  read: (instrument: InstrumentRef) => Promise<DepthObservation>,
): Promise<SourceBatch> {
  return readEachInstrument(source, 'depth', instruments, read);
}
