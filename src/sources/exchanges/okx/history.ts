import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import type { FetchContext, InstrumentRef } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createHourTable, HOUR_MS } from '../../kit/history.ts';
import { createTally } from '../../kit/tally.ts';
import { type HistoryJob, readCandles, readFunding, readInterest } from './history-parts.ts';
import { coinOf, ID } from './name.ts';

/** The venue keeps the last 1440 rows of open interest, whatever their period. */
const INTEREST_KEPT_MS = 1440 * HOUR_MS;
const FUNDING_KEPT_MS = 90 * 24 * HOUR_MS;

/**
 * Hourly candles, open interest (60 days) and settled funding (three months). Parts that fail, and
 * what the venue no longer keeps, are gaps.
 */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  if (coinOf(instrument.instrument) === undefined) {
    throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  }
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: HistoryJob = {
    ...{ context, table, tally, to: until, from },
    instId: instrument.instrument,
  };
  const keptFrom = (keptMs: number, what: string): number => {
    const oldest = context.now() - keptMs;
    if (from >= oldest) return from;
    const detail = `${instrument.instrument}: ${what} only`;
    gaps.push({ kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail });
    return oldest;
  };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  const interestFrom = keptFrom(INTEREST_KEPT_MS, 'open interest is kept for 60 days');
  const fundingFrom = keptFrom(FUNDING_KEPT_MS, 'settled funding is kept for three months');
  await part(() => readCandles(job));
  await part(() => readInterest({ ...job, from: interestFrom }));
  await part(() => readFunding({ ...job, from: fundingFrom }));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}
