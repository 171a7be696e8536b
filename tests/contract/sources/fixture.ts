import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetId } from '../../../src/signals/assets.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import type { Gap, Observation } from '../../../src/signals/model/observations.ts';
import { EXCHANGES } from '../../../src/sources/exchanges.gen.ts';
import type {
  FetchContext,
  InstrumentRef,
  SourceAdapter,
  SourceHttp,
} from '../../../src/sources/kit/define.ts';
import { LENDING } from '../../../src/sources/lending.gen.ts';
import { runHistory, runSource, type SourceJob } from '../../../src/sources/run.ts';
import type { FixtureCall } from '../../fakes/fixture-server.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';

export const ADAPTERS: readonly SourceAdapter[] = [...EXCHANGES, ...LENDING];

const FOLDER = join(import.meta.dirname, '../../fixtures/sources');

/** Recorded calls of one job and the observations worked out from them by hand. */
export interface SourceFixture {
  name: string;
  now: number;
  job: SourceJob | 'history';
  targets?: { asset: string; instrument: string }[];
  settings?: Record<string, unknown>;
  from?: number;
  to?: number;
  calls: FixtureCall[];
  expected: {
    observations?: Observation[];
    hours?: InstrumentHour[];
    gaps: Gap[];
    rowsSeen?: number;
    rowsDropped?: number;
  };
}

export interface FailureAnswer {
  name: string;
  status: number;
  headers: Record<string, string>;
  body: string;
  reason: string;
}

/** Every fixture of a source but `failures`. */
export function fixturesOf(adapter: SourceAdapter): SourceFixture[] {
  const folder = join(FOLDER, adapter.id);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file !== 'failures.json')
    .map((file) => ({
      ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as SourceFixture),
      name: file.replace('.json', ''),
    }));
}

export function failuresOf(adapter: SourceAdapter): FailureAnswer[] {
  const text = readFileSync(join(FOLDER, adapter.id, 'failures.json'), 'utf8');
  return (JSON.parse(text) as { answers: FailureAnswer[] }).answers;
}

/** The job every source of its kind can do without knowing an instrument. */
export function mainJobOf(adapter: SourceAdapter): SourceJob {
  return adapter.kind === 'exchange' ? 'market' : 'position';
}

export interface FixtureResult {
  observations: Observation[];
  hours: InstrumentHour[];
  gaps: Gap[];
  rowsSeen?: number;
  rowsDropped?: number;
}

/** Runs a fixture's job over `http`. */
export async function runFixture(
  adapter: SourceAdapter,
  fixture: SourceFixture,
  http: SourceHttp,
): Promise<FixtureResult> {
  const context = contextOver(http, fixture.now, fixture.settings);
  const targets = (fixture.targets ?? []).map(
    ({ asset, instrument }): InstrumentRef => ({ asset: assetId(asset), instrument }),
  );
  if (fixture.job !== 'history') {
    return {
      hours: [],
      ...(await runSource(adapter, fixture.job, context, {
        instruments: targets,
        ...(fixture.from === undefined ? {} : { from: fixture.from }),
      })),
    };
  }
  const [target] = targets;
  if (target === undefined) throw new Error(`${fixture.name}: a history fixture needs a target`);
  const { from = 0, to = 0 } = fixture;
  const { gaps, hours } = await runHistory(adapter, context, target, from, to);
  return { observations: [], hours, gaps };
}

export function contextOver(
  http: SourceHttp,
  now: number,
  settings: Record<string, unknown> = {},
): FetchContext {
  return {
    http,
    now: () => now,
    signal: new AbortController().signal,
    log: new RecordingLogger(),
    settings,
  };
}

/** Numbers to 12 digits, so that a sum's order of operations does not matter. */
export function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'number' ? Number(inner.toPrecision(12)) : inner,
    ),
  );
}
