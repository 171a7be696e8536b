import { describe, expect, it } from 'vitest';
import { describeGreeting } from '../../../src/alerts/describe-greeting.ts';
import { describeNotice } from '../../../src/alerts/describe-notice.ts';
import { describeRetire } from '../../../src/alerts/describe-retire.ts';
import { describeTest } from '../../../src/alerts/describe-test.ts';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { Notice } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { renderText } from '../../../src/bot/text/render-text.ts';
import { textOf } from '../../../src/bot/text/styled.ts';
import { AlertMachine, type Look, lookAt, START_AT } from '../../fakes/alert-machine.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { linesOf } from '../../fakes/message-lines.ts';

interface Told {
  notice: Notice;
  doc: MessageDoc;
}

/** Every notice of a machine with updates that lives through these looks. */
function story(ruleKey: string, looks: readonly [Look | undefined, number][]): Told[] {
  const machine = new AlertMachine(ruleKey, {}, true);
  return looks.flatMap(([look, minutes]) => {
    const { notice } = machine.step(look, minutes);
    if (notice === undefined) return [];
    const reading = look === undefined ? undefined : lookAt(look, machine.now);
    return [{ notice, doc: describeNotice(notice, reading, machine.now, policy, new Map()) }];
  });
}

const shock = (fraction: number): Look => ({
  score: 55,
  side: { criticalShockFraction: fraction },
});

const LIFE: [Look | undefined, number][] = [
  [{ score: 68 }, 1],
  [{ score: 74, side: { criticalShockFraction: 0.022 } }, 6],
  [{ score: 74, calm: true }, 6],
  [{ score: 60, calm: true }, 6],
  [{ score: 85 }, 1],
  [undefined, 1],
  [undefined, 16],
  [{ score: 85 }, 1],
  [{ score: 70 }, 30],
  [{ score: 70 }, 1],
  [{ score: 70 }, 1],
  [{ score: 20 }, 30],
  [{ score: 20 }, 1],
  [{ score: 20 }, 1],
];

describe('an update', () => {
  it('has the present state as its title and says what moved, and when', () => {
    const updates = story('level:high', LIFE).filter(({ notice }) => notice.kind === 'update');
    expect(updates.slice(0, 3).map(({ doc }) => [doc.title, linesOf(doc)[2]])).toEqual([
      [
        'ETH down: HIGH 74/100',
        'Score 68 → 74, critical shock 3.1 % → 2.2 %; updated 00:07 UTC, open for 6 min.',
      ],
      [
        'ETH down: HIGH 74/100',
        'Score 74, critical shock 2.2 % → none within reach; updated 00:13 UTC, open for 12 min.',
      ],
      ['ETH down: 60/100, HIGH alert open', 'Score 74 → 60; updated 00:19 UTC, open for 18 min.'],
    ]);
    expect(updates[0]?.doc.tone).toBe('high');
    expect(linesOf(updates[0]?.doc)[1]).toBe('A 3.1 % fall would force about $200m of sales.');
    expect(updates[0]?.doc.footer).toContain('3 of 3 venues, oldest 40 s');
  });

  it('of a shock rule has the critical shock as its title', () => {
    const docs = story('shock-below:0.04', [
      [shock(0.035), 1],
      [shock(0.03), 6],
      [shock(0.045), 6],
    ]).map(({ doc }) => doc.title);
    expect(docs).toEqual([
      'ETH down: critical shock 3.5 %, under 4 %',
      'ETH down: critical shock 3.0 %, under 4 %',
      'ETH down: critical shock alert under 4 % still open',
    ]);
  });

  it('without a reading still says when', () => {
    const [, update] = story('level:high', LIFE);
    if (update === undefined) throw new Error('no update');
    const doc = describeNotice(update.notice, undefined, update.notice.at, policy, new Map());
    expect(linesOf(doc)).toEqual(['ETH down: HIGH', 'Figures updated 00:07 UTC, open for 6 min.']);
  });
});

describe('the message before a new post', () => {
  it('says what it was, since when it is over, and where to look', () => {
    const over = story('level:high', LIFE)
      .filter(({ notice }) => notice.kind === 'escalate' || notice.kind === 'all-clear')
      .map(({ notice }) => linesOf(describeRetire(notice)));
    expect(over).toEqual([
      ['ETH down: was HIGH', 'Worse since 00:20 UTC: now CRITICAL. See the newer message.'],
      ['ETH down: was HIGH, peak CRITICAL', 'Over since 01:42 UTC. See the newer message.'],
    ]);
  });

  it('of a shock rule names the critical shock, and at the end the nearest', () => {
    const [, worse, clear] = story('shock-below:0.04', [
      [shock(0.035), 1],
      [shock(0.02), 1],
      [shock(0.06), 721],
      [shock(0.06), 1],
      [shock(0.06), 1],
    ]).filter(({ notice }) => notice.kind !== 'update');
    if (worse === undefined || clear === undefined) throw new Error('no escalation or end');
    expect(describeRetire(clear.notice).title).toBe(
      'ETH down: was critical shock under 4 %, nearest 2.0 %',
    );
    expect(linesOf(describeRetire(worse.notice))).toEqual([
      'ETH down: was critical shock under 4 %',
      'Worse since 00:02 UTC: critical shock now 2.0 %. See the newer message.',
    ]);
  });

  it('is not called cleared when the incident ended without data', () => {
    const [notice] = story('level:high', [[{ score: 70 }, 1]]).map((told) => told.notice);
    if (notice === undefined) throw new Error('no notice');
    const doc = describeRetire({ ...notice, kind: 'blind', closed: 'no-data' });
    expect(linesOf(doc)[1]).toBe(
      'Over since 00:01 UTC, without an all-clear. See the newer message.',
    );
  });
});

describe('buttons', () => {
  it('stand under an open alert, as an edit without them would take them away, and under no end', () => {
    const told = story('level:high', LIFE);
    const withButtons = told.filter(({ doc }) => doc.actions !== undefined);
    expect(new Set(withButtons.map(({ notice }) => notice.kind))).toEqual(
      new Set(['raise', 'update', 'escalate', 'de-escalate', 'blind', 'sighted']),
    );
    const without = told.filter(({ doc }) => doc.actions === undefined);
    expect(without.map(({ notice }) => notice.kind)).toEqual(['all-clear']);
    const blind = told.find(({ notice }) => notice.kind === 'blind')?.notice;
    if (blind === undefined) throw new Error('no blind notice');
    const ended = { ...blind, closed: 'no-data' } as const;
    expect(describeNotice(ended, undefined, ended.at, policy, new Map())).not.toHaveProperty(
      'actions',
    );
    expect(withButtons[0]?.doc.actions).toEqual([
      { label: 'Details', command: 'risk', text: 'ETH' },
      { label: 'Mute 1 h', command: 'mute', text: '1h' },
      { label: 'Mute 8 h', command: 'mute', text: '8h' },
      { label: 'Unsubscribe', command: 'unsubscribe', text: 'ETH' },
    ]);
  });

  it('also stand under a repeat, and under a warning without a reading', () => {
    const told = story('level:high', [
      [{ score: 70 }, 1],
      [{ score: 70 }, 241],
    ]);
    expect(told[1]?.notice.kind).toBe('repeat');
    expect(told[1]?.doc.actions).toHaveLength(4);
    if (told[0] === undefined) throw new Error('no notice');
    const bare = describeNotice(told[0].notice, undefined, START_AT, policy, new Map());
    expect(bare.actions).toHaveLength(4);
  });

  it('are no part of the text', () => {
    const [raise] = story('level:high', LIFE);
    if (raise === undefined) throw new Error('no notice');
    const { actions: _actions, ...without } = raise.doc;
    const options = { columns: 80, maxCharacters: 10_000 };
    expect(textOf(renderText(raise.doc, options))).toBe(textOf(renderText(without, options)));
  });
});

describe('a test alert', () => {
  it('cannot be taken for an alert and shows the present figures of the riskier side', () => {
    const doc = describeTest(makeReading({ scoreDown: 40, scoreUp: 72 }), START_AT, new Map());
    expect(doc.title).toBe('TEST, no alert: ETH up now 72/100, high');
    expect(doc.tone).toBe('high');
    expect(linesOf(doc)[1]).toContain('only a test');
    expect(doc.figure).toMatchObject({ sides: [{ side: 'down' }, { side: 'up' }] });
    expect(doc.footer).toContain('3 of 3 venues');
    expect(doc.actions?.map(({ command }) => command)).toEqual([
      'risk',
      'mute',
      'mute',
      'unsubscribe',
    ]);
  });

  it('works while there are no figures', () => {
    const doc = describeTest(undefined, START_AT, new Map());
    expect(doc.title).toMatch(/^TEST/);
    expect(doc.tone).toBe('info');
    expect(doc).not.toHaveProperty('figure');
    expect(doc.actions?.map(({ text }) => text)).toEqual(['1h', '8h']);
  });
});

it('a greeting is short, names the three commands that matter and who may subscribe', () => {
  const doc = describeGreeting();
  const text = linesOf(doc).join('\n');
  for (const command of ['/subscribe', '/risk', '/help']) expect(text).toContain(command);
  expect(text).toContain('only people who manage this chat may subscribe');
  expect(text.length).toBeLessThan(450);
  expect(doc.tone).toBe('info');
});
