import { describe, expect, it } from 'vitest';
import { boundDoc } from '../../../src/alerts/bound-doc.ts';
import { describeTest } from '../../../src/alerts/describe-test.ts';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { Notice } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import type { MissingInput, Reading } from '../../../src/signals/model/reading.ts';
import { AlertMachine, START_AT } from '../../fakes/alert-machine.ts';
import { makeReading, makeSide } from '../../fakes/make-reading.ts';

const HUGE = '<b>@everyone 🐸'.repeat(8_000);
const TELEGRAM = { platform: 'telegram', chatId: '1' };
/** What renderers keep in any case must fit a Telegram caption. */
const CAPTION = 1024;

/** Everything that could ever come from outside, at 100 kB each. */
function hostileReading(): Reading {
  const driver = { id: 'x', name: HUGE, value: HUGE, weight: 1, points: 1 };
  const part = { score: { low: 60, point: 72, high: 81 }, drivers: Array(5).fill(driver) };
  const missing: MissingInput[] = Array.from({ length: 12 }, (_, index) => ({
    source: `${index}${HUGE}`,
    wanted: HUGE,
    reason: HUGE as MissingInput['reason'],
  }));
  return makeReading({
    down: makeSide('down', 72, {
      sentence: HUGE,
      likelihood: part,
      fragility: part,
      scoreFrozen: 70,
    }),
    coverage: { venuesExpected: 3, venuesFresh: 2, missing, oldestAgeMs: 1, fraction: 0.5 },
    eligibility: { eligible: false, reasons: Array(50).fill(HUGE) },
  });
}

function hostileDocs(): MessageDoc[] {
  const reading = hostileReading();
  const { asset } = reading;
  const { notice } = new AlertMachine().step(72);
  if (notice === undefined) throw new Error('no notice');
  const kinds: Notice['kind'][] = [
    'raise',
    'escalate',
    'repeat',
    'update',
    'de-escalate',
    'all-clear',
    'sighted',
  ];
  const notices: Notice[] = [...kinds, 'blind' as const].map((kind, index) => ({
    ...notice,
    kind,
    sequence: index + 1,
    ...(kind === 'blind' ? { closed: 'not-eligible' as const } : {}),
  }));
  const messages = route({
    notices,
    dataNotices: [
      {
        kind: 'source-lost',
        source: HUGE,
        missing: { source: HUGE, wanted: HUGE, reason: HUGE as MissingInput['reason'] },
        assets: '*',
        at: START_AT,
        outageId: 'o',
      },
    ],
    subscriptions: [
      {
        id: 's',
        chat: TELEGRAM,
        asset,
        rule: { kind: 'level', level: 'high' },
        sides: ['down'],
        createdAt: 0,
      },
    ],
    mutes: [],
    readings: new Map([[asset, reading]]),
    now: START_AT,
    policy,
    nextId: () => 'id',
    sourceTitles: new Map([[`0${HUGE}`, HUGE]]),
    editingPlatforms: new Set(['telegram']),
  });
  expect(messages).toHaveLength(12);
  return [...messages.map(({ doc }) => doc), describeTest(reading, START_AT, new Map())];
}

describe('the size of messages', () => {
  it('is bounded whatever names, reasons and sentences hold', () => {
    for (const doc of hostileDocs()) {
      expect(JSON.stringify(doc).length).toBeLessThan(15_000);
    }
  });

  it('leaves title, first block and footer within a caption', () => {
    for (const { title, blocks, footer = '' } of hostileDocs()) {
      const [first] = blocks;
      const kept = [title, first?.kind === 'text' ? first.text : '', footer].join('\n\n');
      expect([...kept].length).toBeLessThanOrEqual(CAPTION);
    }
  });

  it('keeps calibration and time at the end of a footer that was cut', () => {
    const [first] = hostileDocs();
    expect(first?.footer).toMatch(/…[^…]*not yet calibrated on history · 2026-01-01 00:00 UTC$/);
  });

  it('cuts between characters, and says that it cut', () => {
    const doc = boundDoc({ title: '🐸'.repeat(200), tone: 'info', blocks: [] });
    expect(doc.title).toBe(`${'🐸'.repeat(119)}…`);
    const broken = boundDoc({ title: `\ud83d${'x'.repeat(300)}`, tone: 'info', blocks: [] });
    expect(broken.title.isWellFormed()).toBe(true);
  });

  it('bounds every kind of block, and the number of everything', () => {
    const many = <T>(value: T): T[] => Array(1_000).fill(value);
    const doc = boundDoc({
      title: 't',
      tone: 'info',
      blocks: [
        { kind: 'fields', fields: many({ name: HUGE, value: HUGE }) },
        { kind: 'list', items: many(HUGE) },
        { kind: 'table', rows: many(many(HUGE)) },
        ...many({ kind: 'text' as const, text: HUGE }),
      ],
    });
    expect(doc.blocks).toHaveLength(16);
    expect(JSON.stringify(doc).length).toBeLessThan(80_000);
  });

  it('changes nothing that fits', () => {
    const doc = describeTest(makeReading(), START_AT, new Map());
    expect(boundDoc(doc)).toEqual(doc);
    const exact: MessageDoc = { title: 'x'.repeat(120), tone: 'info', blocks: [] };
    expect(boundDoc(exact)).toEqual(exact);
  });
});
