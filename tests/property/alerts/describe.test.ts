import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDataNotice } from '../../../src/alerts/describe-data.ts';
import { describeNotice } from '../../../src/alerts/describe-notice.ts';
import { fullBlocks } from '../../../src/alerts/describe-reading.ts';
import type { DataNotice, Incident, Notice } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { LEVELS, SIDES } from '../../../src/signals/model/ids.ts';
import { GAP_REASONS } from '../../../src/signals/model/observations.ts';
import type { Interval, Reading, SideReading } from '../../../src/signals/model/reading.ts';
import { START_AT } from '../../fakes/alert-machine.ts';
import { makeReading, makeSide } from '../../fakes/make-reading.ts';
import { linesOf } from '../../fakes/message-lines.ts';

/** Figures as they should be, and as a bug elsewhere may make them. */
const figure = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e15, 1e-9) },
);
const interval: fc.Arbitrary<Interval> = fc.record({ low: figure, point: figure, high: figure });
const level = fc.constantFrom(...LEVELS);
const at = fc.integer({ min: -1e7, max: 1e9 }).map((ms) => START_AT + ms);
const TITLES = new Map([['bybit', 'Bybit']]);

const missing = fc.record(
  {
    source: fc.constantFrom('bybit', 'okx'),
    wanted: fc.constantFrom('market', 'depth', 'position', 'something'),
    reason: fc.constantFrom(...GAP_REASONS, 'never-seen' as const),
    lastSeenAt: at,
  },
  { requiredKeys: ['source', 'wanted', 'reason'] },
);

const sideChanges = fc.record(
  {
    score: interval,
    scoreFrozen: figure,
    level,
    levelFrozen: level,
    kappaFraction: figure,
    criticalShockFraction: figure,
    criticalShockFrozenFraction: figure,
    criticalShockRangeFraction: fc.record({ low: figure, high: figure }, { requiredKeys: [] }),
    reaches: fc.array(
      fc.record(
        {
          sigmas: fc.integer({ min: 1, max: 3 }),
          shockFraction: figure,
          forcedUsd: interval,
          exactShareFraction: figure,
          endFraction: figure,
          endStressedFraction: figure,
          amplification: figure,
        },
        {
          requiredKeys: [
            'shockFraction',
            'forcedUsd',
            'exactShareFraction',
            'endFraction',
            'endStressedFraction',
            'amplification',
          ],
        },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['score', 'scoreFrozen', 'level', 'levelFrozen'] },
);

function sideOf(side: 'down' | 'up', changes: Partial<SideReading>, calm: boolean): SideReading {
  const made = makeSide(side, 70, changes);
  if (!calm) return made;
  const { criticalShockFraction: _point, criticalShockRangeFraction: _range, ...rest } = made;
  return rest;
}

const reading: fc.Arbitrary<Reading> = fc
  .record({
    down: sideChanges,
    up: sideChanges,
    calm: fc.boolean(),
    calibrated: fc.boolean(),
    levelCap: level,
    missing: fc.array(missing, { maxLength: 3 }),
    age: figure,
    fraction: figure,
    reasons: fc.array(fc.constantFrom('one venue only', 'too small'), { maxLength: 2 }),
    eligible: fc.boolean(),
    at,
  })
  .map(({ down, up, calm, missing: inputs, age, fraction, reasons, eligible, ...rest }) =>
    makeReading({
      ...rest,
      down: sideOf('down', down, calm),
      up: sideOf('up', up, calm),
      coverage: {
        venuesExpected: 3,
        venuesFresh: 2,
        missing: inputs,
        oldestAgeMs: age * 1000,
        fraction,
      },
      eligibility: { eligible, reasons },
    }),
  );

const incident: fc.Arbitrary<Incident> = fc.record(
  {
    id: fc.constant('ETH-down-1-high'),
    openedAt: at,
    level,
    levelSince: at,
    peakLevel: level,
    nearestShockFraction: figure,
    lastNoticeAt: at,
    sequence: fc.constant(3),
    clearCount: fc.constant(0),
    blindSince: at,
  },
  {
    requiredKeys: [
      'id',
      'openedAt',
      'level',
      'levelSince',
      'peakLevel',
      'lastNoticeAt',
      'sequence',
      'clearCount',
    ],
  },
);

const KINDS: Notice['kind'][] = [
  'raise',
  'escalate',
  'repeat',
  'update',
  'de-escalate',
  'all-clear',
  'blind',
  'sighted',
];

const notice: fc.Arbitrary<Notice> = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    incidentId: fc.constant('ETH-down-1-high'),
    sequence: fc.constant(3),
    ruleKey: fc.constantFrom('level:elevated', 'level:critical', 'shock-below:0.0325'),
    asset: fc.constant(assetId('ETH')),
    side: fc.constantFrom(...SIDES),
    level,
    previousLevel: level,
    at,
    incident,
    previousShockFraction: figure,
    previousPoint: figure,
    closed: fc.constantFrom<NonNullable<Notice['closed']>[]>('no-data', 'not-eligible'),
  },
  {
    requiredKeys: ['kind', 'incidentId', 'sequence', 'ruleKey', 'asset', 'side', 'level', 'at'],
  },
);

function expectReadable(lines: readonly string[]): void {
  for (const line of lines) {
    expect(line).not.toMatch(/undefined|NaN|Infinity|null|\[object|e[+-]\d/);
    expect(line.trim()).not.toBe('');
    expect(line).not.toMatch(/ {2}| [.,;:)]|\( |\.\./);
  }
}

describe('texts, whatever the figures', () => {
  it('of every kind of notice, with and without a reading, are readable', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(notice, fc.option(reading, { nil: undefined }), at, (about, given, now) => {
        seen.add(`${about.kind} ${given === undefined}`);
        const doc = describeNotice(about, given, now, policy, TITLES);
        expectReadable(linesOf(doc));
        expect(doc.title.startsWith(`ETH ${about.side}: `)).toBe(true);
        expect(doc.blocks.length).toBeGreaterThan(0);
      }),
      { seed: 20260108, numRuns: 600 },
    );
    expect(seen.size).toBe(2 * KINDS.length);
  });

  it('of a reading of both sides are readable', () => {
    fc.assert(
      fc.property(reading, at, (given, now) => {
        const blocks = fullBlocks(given, now, TITLES);
        expectReadable(linesOf({ title: 'x', tone: 'info', blocks }));
      }),
      { seed: 20260109, numRuns: 200 },
    );
  });

  it('of every notice about data are readable', () => {
    const dataNotice: fc.Arbitrary<DataNotice> = fc.record(
      {
        kind: fc.constantFrom<DataNotice['kind'][]>('source-lost', 'source-back', 'source-retired'),
        source: fc.constantFrom('bybit', 'okx'),
        missing,
        assets: fc.constantFrom<DataNotice['assets'][]>('*', [], [assetId('ETH')]),
        at,
        outageId: fc.constant('o'),
        since: at,
      },
      { requiredKeys: ['kind', 'source', 'assets', 'at', 'outageId'] },
    );
    fc.assert(
      fc.property(dataNotice, at, (about, now) => {
        expectReadable(linesOf(describeDataNotice(about, now, policy, TITLES)));
      }),
      { seed: 20260110, numRuns: 200 },
    );
  });
});
