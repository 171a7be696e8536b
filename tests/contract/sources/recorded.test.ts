import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSourceHttp } from '../../../src/sources/kit/http.ts';
import { jobsOf } from '../../../src/sources/run.ts';
import { type FixtureServer, matches, startFixtureServer } from '../../fakes/fixture-server.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { ADAPTERS, fixturesOf, rounded, runFixture, type SourceFixture } from './fixture.ts';

const SOURCES = join(import.meta.dirname, '../../../src/sources');

function islandNames(folder: string): string[] {
  return readdirSync(join(SOURCES, folder)).map((name) => name.replace(/\.ts$/, ''));
}

test('every source is registered under the name of its file', () => {
  const ids = (kind: string) => ADAPTERS.filter((one) => one.kind === kind).map((one) => one.id);
  expect(ids('exchange').toSorted()).toEqual(islandNames('exchanges').toSorted());
  expect(ids('lending').toSorted()).toEqual(islandNames('lending').toSorted());
});

async function over<T>(
  fixture: SourceFixture,
  weightPerMinute: number,
  use: (server: FixtureServer, http: ReturnType<typeof createSourceHttp>) => Promise<T>,
): Promise<T> {
  const server = await startFixtureServer(fixture.calls);
  try {
    const http = createSourceHttp({
      source: 'under-test',
      baseUrl: server.baseUrl,
      budget: { weightPerMinute, published: '' },
      clock: new InstantClock(fixture.now),
      log: new RecordingLogger(),
      random: () => 0.5,
      signal: new AbortController().signal,
    });
    return await use(server, http);
  } finally {
    await server.close();
  }
}

describe.each(ADAPTERS.map((adapter) => ({ id: adapter.id, adapter })))('$id', ({ adapter }) => {
  const fixtures = fixturesOf(adapter);

  test('has a fixture for each of its jobs', () => {
    const jobs = new Set(fixtures.map((fixture) => fixture.job));
    const able = [...jobsOf(adapter), ...(adapter.kind === 'exchange' ? ['history'] : [])];
    expect([...jobs].toSorted()).toEqual(able.toSorted());
  });

  test.each(fixtures)(
    '$name: recorded answers give the observations worked out by hand',
    (fixture) =>
      over(fixture, adapter.budget.weightPerMinute, async (_server, http) => {
        const { expected } = fixture;
        const result = await runFixture(adapter, fixture, http);
        expect(rounded(result.observations)).toEqual(rounded(expected.observations ?? []));
        expect(rounded(result.hours)).toEqual(rounded(expected.hours ?? []));
        expect(result.gaps).toEqual(expected.gaps);
        expect(result.rowsSeen).toBe(expected.rowsSeen);
        expect(result.rowsDropped).toBe(expected.rowsDropped);
      }),
  );

  test.each(fixtures)('$name: makes every recorded call once and no other', (fixture) =>
    over(fixture, adapter.budget.weightPerMinute, async (server, http) => {
      await runFixture(adapter, fixture, http);
      const used = server.requests.map((request) =>
        fixture.calls.findIndex((call) => matches(call, request)),
      );
      expect(used.toSorted()).toEqual(fixture.calls.map((_, index) => index));
    }),
  );

  test.each(fixtures)('$name: what JSON says is what the contract names', (fixture) => {
    // No undefined, null or NaN may hide in what becomes a line of JSON.
    return over(fixture, adapter.budget.weightPerMinute, async (_server, http) => {
      const { observations } = await runFixture(adapter, fixture, http);
      for (const observation of observations) {
        expect(JSON.parse(JSON.stringify(observation))).toStrictEqual(observation);
        expect(JSON.stringify(observation)).not.toContain('null');
      }
    });
  });
});
