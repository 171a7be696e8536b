import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import type { Observation } from '../../../src/signals/model/observations.ts';
import type { SourceHttp } from '../../../src/sources/kit/define.ts';
import { type FixtureCall, matches } from '../../fakes/fixture-server.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';
import {
  ADAPTERS,
  type FixtureResult,
  fixturesOf,
  runFixture,
  type SourceFixture,
} from './fixture.ts';
import { leavesOf, type Path, REMOVED, spoilt } from './spoil.ts';

/**
 * Every leaf of every recorded answer is spoiled in turn, in several ways. The spoiled row may
 * stay as it was, lose figures or vanish, and the whole call may fail; but no other row may change
 * and no figure may become a different one. (In memory: hundreds of runs a fixture; the HTTP path
 * itself is walked by the recorded answers.)
 */
const SPOILS: readonly unknown[] = [null, '', 'NaN', '1e999', {}, true, REMOVED];

function answersOver(calls: readonly FixtureCall[]): SourceHttp {
  return scriptedHttp((request) => {
    const call = calls.find((one) => matches(one, request));
    // A spoiled cursor leads to a page the venue would refuse.
    if (call === undefined) throw new SourceError('unsupported', 'not recorded');
    return call.answer;
  });
}

type Row = Record<string, unknown>;

function keyOf(row: Observation | InstrumentHour): string {
  if ('hourAt' in row) return `hour ${row.hourAt}`;
  if (row.kind === 'liquidation') return `${row.kind} ${row.instrument} ${row.observedAt}`;
  const who = row.kind === 'position' ? `${row.market} ${row.account}` : row.instrument;
  return `${row.kind} ${who}`;
}

function rowsOf(result: FixtureResult): Map<string, Row> {
  const rows = [...result.observations, ...result.hours];
  return new Map(rows.map((row) => [keyOf(row), row as unknown as Row]));
}

/** Is `part` the same as `whole`, apart from keys it lacks? Names of tokens are no figures. */
function saysNothingNew(part: unknown, whole: unknown, key = ''): boolean {
  if (key === 'asset' || key === 'token') return true;
  if (Array.isArray(part) && Array.isArray(whole)) {
    return part.length === whole.length && part.every((one, i) => saysNothingNew(one, whole[i]));
  }
  if (typeof part === 'object' && part !== null && typeof whole === 'object' && whole !== null) {
    return Object.entries(part).every(([name, value]) =>
      saysNothingNew(value, (whole as Row)[name], name),
    );
  }
  return Object.is(part, whole);
}

function isFigure(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

/** Any text can be a token's name: renaming one is a different true row, not a guess. */
function isRenamedToken(path: Path, spoil: unknown): boolean {
  return path.at(-2)?.toString().endsWith('Asset') === true && typeof spoil === 'string';
}

interface Trial {
  label: string;
  fixture: SourceFixture;
  path: Path;
  value: unknown;
}

function judge(trial: Trial, before: Map<string, Row>, result: FixtureResult): void {
  const { fixture, label, path, value } = trial;
  const after = rowsOf(result);
  for (const [key, row] of after) {
    expect(before.has(key), `${label}: ${key} is new`).toBe(true);
    expect(saysNothingNew(row, before.get(key)), `${label}: ${key} differs`).toBe(true);
  }
  // One settlement spans several hours, so that history may lose more than one row.
  if (fixture.job === 'history') return;
  const lost = [...before.keys()].filter((key) => !after.has(key));
  if (path.some((step) => typeof step === 'number')) {
    const whose = new Set(lost.map((key) => key.slice(key.indexOf(' '))));
    expect(whose.size, `${label}: lost ${lost.join(', ')}`).toBeLessThanOrEqual(1);
  }
  if (lost.length > 0 && isFigure(value)) {
    const told = result.gaps.length + (result.rowsDropped ?? 0);
    expect(told, `${label}: lost ${lost.join(', ')} in silence`).toBeGreaterThan(0);
  }
}

describe.each(
  ADAPTERS.flatMap((adapter) =>
    fixturesOf(adapter).map((fixture) => ({
      title: `${adapter.id} ${fixture.name}`,
      adapter,
      fixture,
    })),
  ),
)('$title', ({ adapter, fixture }) => {
  test('a spoiled leaf changes no other row, yields no new figure and is not silent', async () => {
    const before = rowsOf(await runFixture(adapter, fixture, answersOver(fixture.calls)));
    expect(before.size).toBeGreaterThan(0);
    let runs = 0;
    for (const [index, call] of fixture.calls.entries()) {
      for (const { path, value } of leavesOf(call.answer)) {
        for (const spoil of SPOILS.filter((one) => !isRenamedToken(path, one))) {
          const answer = spoilt(call.answer, path, spoil);
          const calls = fixture.calls.with(index, { ...call, answer });
          const label = `${call.path} ${path.join('.')} = ${String(spoil)}`;
          const result = await runFixture(adapter, fixture, answersOver(calls));
          judge({ label, fixture, path, value }, before, result);
          runs += 1;
        }
      }
    }
    expect(runs).toBeGreaterThan(50);
  });
});
