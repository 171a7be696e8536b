import { describe, expect, it } from 'vitest';
import { describeDataNotice } from '../../../src/alerts/describe-data.ts';
import { describeNotice } from '../../../src/alerts/describe-notice.ts';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { DataNotice } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { AlertMachine, type Look, lookAt, MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { linesOf } from '../../fakes/message-lines.ts';

const titles = new Map([
  ['bybit', 'Bybit'],
  ['morpho-blue', 'Morpho Blue'],
]);

/** The message of each notice while a machine runs through these looks. */
function story(ruleKey: string, looks: readonly [Look | number | undefined, number][]) {
  const machine = new AlertMachine(ruleKey);
  const docs: MessageDoc[] = [];
  for (const [look, minutes] of looks) {
    const { notice } = machine.step(look, minutes);
    if (notice === undefined) continue;
    const full = typeof look === 'number' ? { score: look } : look;
    const reading = full === undefined ? undefined : lookAt(full, machine.now);
    docs.push(describeNotice(notice, reading, machine.now, policy, titles));
  }
  return docs;
}

const shock = (fraction: number): Look => ({
  score: 55,
  side: { criticalShockFraction: fraction },
});

const WHOLE_LIFE: [Look | number | undefined, number][] = [
  [55, 1],
  [{ score: 72, frozen: 70, coverage: 0.5 }, 5],
  [{ score: 67, eligible: false }, 241],
  [undefined, 1],
  [undefined, 16],
  [67, 1],
  [40, 30],
  [40, 1],
  [40, 1],
  [30, 30],
  [30, 1],
  [30, 1],
];

describe('messages about incidents', () => {
  it('the titles of a level rule tell the whole story', () => {
    expect(
      story('level:elevated', WHOLE_LIFE).map(({ title, tone }) => `${title} [${tone}]`),
    ).toEqual([
      'ETH down: ELEVATED 55/100 [elevated]',
      'ETH down: HIGH 70/100 [high]',
      'ETH down: still HIGH 67/100 [high]',
      'ETH down: no data, last told HIGH [data]',
      'ETH down: data is back, still HIGH 67/100 [high]',
      'ETH down: lowered to ELEVATED, 40/100 [elevated]',
      'ETH down: all clear, 30/100 [low]',
    ]);
  });

  it('the titles of a shock rule tell the whole story', () => {
    const docs = story('shock-below:0.04', [
      [shock(0.031), 1],
      [shock(0.02), 5],
      [shock(0.03), 721],
      [shock(0.045), 721],
      [undefined, 1],
      [undefined, 16],
      [shock(0.06), 1],
      [shock(0.06), 1],
      [shock(0.06), 1],
    ]);
    expect(docs.map(({ title }) => title)).toEqual([
      'ETH down: critical shock 3.1 %, under 4 %',
      'ETH down: critical shock 2.0 %, under 4 %',
      'ETH down: critical shock still 3.0 %, under 4 %',
      'ETH down: critical shock alert under 4 % still open',
      'ETH down: no data, last told critical shock under 4 %',
      'ETH down: data is back, alert on a critical shock under 4 % still open',
      'ETH down: critical shock no longer under 4 %',
    ]);
    expect(linesOf(docs[1])).toContain(
      'Worse: the critical shock came nearer from 3.1 % to 2.0 %, 5 min after the first warning.',
    );
    expect(linesOf(docs[6])[1]).toContain('Nearest told: 2.0 %.');
  });

  it('a warning reads sentence, change, critical shock, parts, table, drivers, small print', () => {
    const [raise, escalate] = story('level:elevated', WHOLE_LIFE);
    expect(linesOf(raise)).toEqual([
      'ETH down: ELEVATED 55/100',
      'A 3.1 % fall would force about $200m of sales.',
      'New alert: the level reached elevated.',
      'Critical shock: 3.1 % (2.2 to 4.7 %); from there forced sales add 1.0 % or more',
      'Likelihood of a large move: 55/100 (47 to 63)',
      'Fragility: 55/100 (47 to 63)',
      'Move | Forced | Ends | Thin',
      '1σ -3.0 % | $200m | -4.5 % | -7.0 %',
      '2σ -6.0 % | $400m | -9.0 % | -14.0 %',
      '3σ -9.0 % | $600m | -13.5 % | -21.0 %',
      '+13 24 h volatility: 3.1 %, 1.8x its 180-day median',
      '+6 7-day funding: 21 % a year',
      '3 of 3 venues, oldest 40 s · score not yet calibrated on history · 2026-01-01 00:01 UTC',
    ]);
    expect(linesOf(escalate).slice(2, 4)).toEqual([
      'Worse: up from elevated to high, 5 min after the first warning.',
      'With Bybit missing the score may be as high as 72/100; that alone raises no alert.',
    ]);
    expect(escalate?.footer).toContain(
      '2 of 3 venues, 50 % of the exposure, oldest 40 s, Bybit missing (timeout)',
    );
    expect(raise?.figure).toMatchObject({ sides: [{ side: 'down' }, { side: 'up' }] });
  });

  it('a repeat says how long, the peak, what would lower it, and why the asset is out', () => {
    const repeat = linesOf(story('level:elevated', WHOLE_LIFE)[2]);
    expect(repeat[2]).toBe(
      'Reminder: open for 4 h 6 min, peak high. It is lowered once the score stays below 58.',
    );
    expect(repeat[3]).toBe('No alerts for ETH at present: one venue only.');
  });

  it('the all-clear says how long it took and how bad it got', () => {
    expect(linesOf(story('level:elevated', WHOLE_LIFE)[6])[1]).toMatch(
      /^The elevated alert is over after 5 h \d+ min\. Peak: high\.$/,
    );
  });

  it('an all-clear that leaves a level says which', () => {
    const [, clear] = story('level:critical', [
      [85, 1],
      [70, 30],
      [70, 1],
      [70, 1],
    ]);
    expect(clear?.title).toBe('ETH down: no longer CRITICAL, now HIGH 70/100');
    expect(clear?.tone).toBe('high');
  });

  it('blind, ended without data and ended without eligibility are never called an all-clear', () => {
    const day = 24 * 60;
    const docs = [
      ...story('level:high', [
        [70, 1],
        [undefined, 1],
        [undefined, 16],
        [undefined, day],
      ]),
      ...story('level:high', [
        [70, 1],
        [{ score: 70, eligible: false }, 1],
        [{ score: 70, eligible: false }, day],
      ]),
    ].filter(({ tone }) => tone === 'data');
    expect(docs.map(({ title }) => title)).toEqual([
      'ETH down: no data, last told HIGH',
      'ETH down: alert ended without data, last told HIGH',
      'ETH down: alert ended, ETH no longer qualifies',
    ]);
    for (const doc of docs) expect(linesOf(doc).join(' ')).toContain('not an all-clear');
  });

  it('blind, it says since when and not for how long, as it may stand there for hours', () => {
    const blind = story('level:elevated', WHOLE_LIFE)[3];
    expect(linesOf(blind)[1]).toMatch(
      /^No usable figures since 04:08 UTC\. This is not an all-clear/,
    );
  });

  it('an all-clear has no table and no drivers, one that leaves a level has', () => {
    const kindsOf = (doc: MessageDoc | undefined) => doc?.blocks.map(({ kind }) => kind);
    const clear = story('level:elevated', WHOLE_LIFE)[6];
    expect(kindsOf(clear)).toEqual(['text', 'text', 'fields']);
    const [, left] = story('level:critical', [
      [85, 1],
      [70, 30],
      [70, 1],
      [70, 1],
    ]);
    expect(kindsOf(left)).toEqual(['text', 'text', 'fields', 'table', 'list']);
  });

  it('data is back, and the score is below the alert: the title says both', () => {
    const docs = story('level:high', [
      [70, 1],
      [undefined, 1],
      [undefined, 16],
      [30, 1],
    ]);
    expect(docs[2]?.title).toBe('ETH down: data is back, 30/100, HIGH alert open');
  });

  it('a whole warning without its table fits a caption of 900 characters', () => {
    const long = 'three words more or so, 2.4x its 180-day median';
    const driver = { id: 'x', name: 'Open interest to volume', value: long, weight: 1, points: -7 };
    const part = { score: { low: 60, point: 72, high: 81 }, drivers: Array(6).fill(driver) };
    const doc = describeNotice(
      raiseNotice(),
      lookAt({ score: 72, coverage: 0.6, side: { likelihood: part, fragility: part } }, START_AT),
      START_AT,
      policy,
      titles,
    );
    const short = { ...doc, blocks: doc.blocks.filter(({ kind }) => kind !== 'table') };
    expect(linesOf(short).join('\n').length).toBeLessThan(900);
  });
});

function raiseNotice() {
  const { notice } = new AlertMachine().step(72);
  if (notice === undefined) throw new Error('no notice');
  return notice;
}

describe('messages about data', () => {
  const notice = (kind: DataNotice['kind'], rest: Partial<DataNotice> = {}): DataNotice => ({
    kind,
    source: 'bybit',
    outageId: 'o',
    assets: '*',
    at: START_AT,
    since: START_AT - 23 * MINUTE_MS,
    ...rest,
  });
  const lines = (about: DataNotice) => linesOf(describeDataNotice(about, START_AT, policy, titles));

  it('a loss says why, and that nothing is lowered by it', () => {
    const missing = {
      source: 'bybit',
      wanted: 'market',
      reason: 'rate-limited',
      lastSeenAt: START_AT - 26 * MINUTE_MS,
    } as const;
    expect(lines(notice('source-lost', { missing }))).toEqual([
      'No data from Bybit',
      'Nothing fresh for 23 min (rate limited, last seen 26 min ago). Its last figures are kept on the cautious side: no alert is lowered or raised because of it.',
      'concerns all assets · 2026-01-01 00:00 UTC',
    ]);
  });

  it('recovery and retirement are told, with the assets concerned', () => {
    const assets = ['BTC', 'ETH'].map(assetId);
    expect(lines(notice('source-back', { assets }))).toEqual([
      'Bybit is back',
      'Fresh figures again; it was away for 23 min.',
      'concerns BTC, ETH · 2026-01-01 00:00 UTC',
    ]);
    const many = Array.from({ length: 11 }, (_, index) => assetId(`A${index}`));
    const retired = lines(notice('source-retired', { assets: many }));
    expect(retired[0]).toBe('Bybit is no longer counted');
    expect(retired[2]).toContain('A7 and 3 more');
  });
});
