import type { SourceRuntime } from '../../src/pipeline/source-runtime.ts';
import type { InstrumentHour } from '../../src/signals/model/history.ts';
import type { Gap, Observation } from '../../src/signals/model/observations.ts';
import type { Job } from '../../src/signals/observe/board.ts';
import {
  defineExchange,
  defineLending,
  type InstrumentRef,
  type SourceBatch,
} from '../../src/sources/kit/define.ts';

export interface HistoryCall extends InstrumentRef {
  from: number;
  to: number;
}

export interface ScriptedSource extends SourceRuntime {
  /** What the next `run` gives. */
  next(batch: Partial<SourceBatch>): void;
  /** Jobs run so far, with the instruments asked for. */
  readonly runs: { job: Job; targets: readonly InstrumentRef[] }[];
  readonly historyCalls: HistoryCall[];
  /** Answers the history of one instrument; default: a price for every hour asked for. */
  onHistory(answer: (call: HistoryCall) => { hours: InstrumentHour[]; gaps: Gap[] }): void;
}

const HOUR_MS = 3_600_000;
const nothing = async (): Promise<SourceBatch> => batchOf([]);

/** A source that gives what the test tells it to, without any network. */
export function scriptedSource(
  id: string,
  kind: 'exchange' | 'lending' = 'exchange',
): ScriptedSource {
  const definition = {
    id,
    title: id.toUpperCase(),
    baseUrl: 'http://127.0.0.1',
    budget: { weightPerMinute: 100, published: 'none' },
    periodSeconds: 60,
    calls: 'none',
  };
  const batches: Partial<SourceBatch>[] = [];
  let answer = (call: HistoryCall) => ({
    hours: hoursOf(id, call, call.from, call.to),
    gaps: [] as Gap[],
  });
  const source: ScriptedSource = {
    adapter:
      kind === 'lending'
        ? defineLending({ ...definition, fetchPositions: nothing })
        : defineExchange({
            ...definition,
            fetchSnapshot: nothing,
            fetchDepth: nothing,
            fetchHistory: async () => ({ hours: [], gaps: [] }),
          }),
    periodSeconds: 60,
    runs: [],
    historyCalls: [],
    next: (batch) => batches.push(batch),
    onHistory(given) {
      answer = given;
    },
    async run(job, targets) {
      source.runs.push({ job, targets });
      const { observations = [], ...rest } = batches.shift() ?? {};
      return { ...batchOf(observations), ...rest };
    },
    async history({ instrument, asset }, from, to) {
      const call = { instrument, asset, from, to };
      source.historyCalls.push(call);
      return answer(call);
    },
  };
  return source;
}

function batchOf(observations: Observation[]): SourceBatch {
  return {
    observations,
    gaps: [],
    rowsSeen: observations.length,
    rowsDropped: 0,
    dropSamples: [],
  };
}

/** A priced hour for each of [`from`, `to`). */
export function hoursOf(
  source: string,
  { instrument, asset }: InstrumentRef,
  from: number,
  to: number,
): InstrumentHour[] {
  const hours: InstrumentHour[] = [];
  for (let hourAt = from; hourAt < to; hourAt += HOUR_MS) {
    hours.push({ source, instrument, asset, hourAt, closePriceUsd: 100 });
  }
  return hours;
}
