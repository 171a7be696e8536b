import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import type { FetchContext, InstrumentRef } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createHourTable, HOUR_MS } from '../../kit/history.ts';
import { createTally } from '../../kit/tally.ts';
import { type HistoryJob, readCandles, readFunding, readInterest } from './history-parts.ts';
import { coinOf, ID } from './name.ts';

/** Binance keeps 30 days of open interest; a margin keeps the oldest window inside. */
const INTEREST_KEPT_MS = 30 * 24 * HOUR_MS - 2 * HOUR_MS;

/** Hourly candles, open interest (30 days) and settled funding. Parts that fail are gaps. */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const coin = coinOf(instrument.instrument);
  if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const symbol = instrument.instrument;
  const job: HistoryJob = { context, table, tally, symbol, coin, from, to: until };
  const oldest = context.now() - INTEREST_KEPT_MS;
  if (from < oldest) {
    const detail = `${symbol}: open interest is kept for 30 days only`;
    gaps.push({ kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail });
  }
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job));
  await part(() => readInterest(job, oldest));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}
