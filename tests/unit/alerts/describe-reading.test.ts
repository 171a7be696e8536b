import { describe, expect, it } from 'vitest';
import { coverageLine } from '../../../src/alerts/describe-coverage.ts';
import { ladderFigure } from '../../../src/alerts/describe-figure.ts';
import { alertBlocks, fullBlocks } from '../../../src/alerts/describe-reading.ts';
import { criticalShockText } from '../../../src/alerts/describe-shock.ts';
import { tableColumns } from '../../../src/bot/text/text-table.ts';
import type { Reading, SideReading } from '../../../src/signals/model/reading.ts';
import { MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { makeReading, makeSide } from '../../fakes/make-reading.ts';
import { linesOf } from '../../fakes/message-lines.ts';

const titles = new Map([
  ['bybit', 'Bybit'],
  ['morpho-blue', 'Morpho Blue'],
]);

describe('what a reading stands on', () => {
  it('names every missing source, whole ones first and without their parts', () => {
    const coverage: Reading['coverage'] = {
      venuesExpected: 7,
      venuesFresh: 6,
      oldestAgeMs: 40_000,
      fraction: 1,
      missing: [
        { source: 'okx', wanted: 'depth', reason: 'bad-payload' },
        { source: 'morpho-blue', wanted: 'position', reason: 'timeout' },
        { source: 'morpho-blue', wanted: 'history', reason: 'timeout' },
        { source: 'bybit', wanted: 'market', reason: 'never-seen' },
      ],
    };
    expect(coverageLine(coverage, START_AT, titles)).toBe(
      '6 of 7 venues, oldest 40 s, Morpho Blue missing (timeout), Bybit missing (never seen), okx order book missing (bad payload)',
    );
  });

  it('names every missing source also when there is no room for the reasons', () => {
    const missing = Array.from({ length: 12 }, (_, index) => {
      return { source: `venue-${index}`, wanted: 'depth', reason: 'rate-limited' } as const;
    });
    const coverage = { venuesExpected: 14, venuesFresh: 2, oldestAgeMs: 0, fraction: 0.4, missing };
    const line = coverageLine(coverage, START_AT, titles);
    for (const { source } of missing) expect(line).toContain(`${source} order book`);
    expect(line).not.toContain('rate limited');
    expect(line.length).toBeLessThan(340);
  });
});

describe('all about a reading', () => {
  const full = (reading: Reading) =>
    linesOf({ title: 'x', tone: 'info', blocks: fullBlocks(reading, START_AT, titles) }).slice(1);

  it('has score, sentence and critical shock of both sides first, then one table, then why', () => {
    expect(full(makeReading({ scoreDown: 72 }))).toEqual([
      'DOWN 72/100, high: A 3.1 % fall would force about $200m of sales.',
      'Critical shock: 3.1 % (2.2 to 4.7 %)',
      'UP 30/100, low: A 3.1 % fall would force about $200m of sales.',
      'Critical shock: 3.1 % (2.2 to 4.7 %)',
      'Move | Forced | Ends | Thin',
      '1σ -3.0 % | $200m | -4.5 % | -7.0 %',
      '2σ -6.0 % | $400m | -9.0 % | -14.0 %',
      '3σ -9.0 % | $600m | -13.5 % | -21.0 %',
      '1σ +3.0 % | $200m | +4.5 % | +7.0 %',
      '2σ +6.0 % | $400m | +9.0 % | +14.0 %',
      '3σ +9.0 % | $600m | +13.5 % | +21.0 %',
      [
        'Likelihood of a large move, down: 72/100 (64 to 80)',
        '+13 24 h volatility: 3.1 %, 1.8x its 180-day median',
        '+6 7-day funding: 21 % a year',
      ].join('\n'),
      'Fragility, down: 72/100 (64 to 80)\n+20 critical shock: 3.1 %',
      [
        'Likelihood of a large move, up: 30/100 (22 to 38)',
        '+13 24 h volatility: 3.1 %, 1.8x its 180-day median',
        '+6 7-day funding: 21 % a year',
      ].join('\n'),
      'Fragility, up: 30/100 (22 to 38)\n+20 critical shock: 3.1 %',
      'Forced sales, range: 1σ $100m to $400m, 2σ $200m to $800m, 3σ $300m to $1.2bn',
      'Forced buying, range: 1σ $100m to $400m, 2σ $200m to $800m, 3σ $300m to $1.2bn',
    ]);
  });

  it('says what missing data adds with its side, and what concerns both once', () => {
    const up = makeSide('up', 70, { scoreFrozen: 60 });
    const eligibility = { eligible: false, reasons: ['one venue only'] };
    const lines = full(makeReading({ up, eligibility, levelCap: 'high', scoreDown: 70 }));
    expect(lines[4]).toBe(
      'With some data missing the score up may be as high as 70/100; that alone raises no alert. ' +
        'Too few sources for any level above high. No alerts for ETH at present: one venue only.',
    );
  });

  it('without drivers says that nothing stands out', () => {
    const calm = makeSide('down', 30);
    const down = { ...calm, fragility: { ...calm.fragility, drivers: [] } };
    expect(full(makeReading({ down }))).toContain(
      'Fragility, down: 30/100 (22 to 38)\nnothing stands out',
    );
  });
});

describe('what an alert says about a reading', () => {
  it('the sentence stands without coin and side, which the title has', () => {
    const sentence = 'ETH down: a 3.1 % fall would force about $200m of sales.';
    const reading = makeReading({ down: makeSide('down', 72, { sentence }) });
    const [first] = alertBlocks(reading, 'down', START_AT, titles);
    expect(first).toEqual({
      kind: 'text',
      text: 'A 3.1 % fall would force about $200m of sales.',
    });
  });

  it('of all drivers the two that raise the score most, without the critical shock told above', () => {
    const driver = (name: string, points: number) => {
      return { id: name, name, value: 'x', weight: 1, points };
    };
    const side = makeSide('down', 72);
    const down = {
      ...side,
      likelihood: { ...side.likelihood, drivers: [driver('a', 4), driver('b', -30)] },
      fragility: {
        ...side.fragility,
        drivers: [driver('critical-shock', 20), driver('c', 9), driver('d', 3)],
      },
    };
    const drivers = (seen: SideReading) => {
      return alertBlocks(makeReading({ down: seen }), 'down', START_AT, titles).at(-1);
    };
    expect(drivers(down)).toEqual({ kind: 'list', items: ['+9 c: x', '+4 a: x'] });
    const calm = { ...down, fragility: side.fragility };
    const only = { ...calm, likelihood: { ...side.likelihood, drivers: [driver('b', -30)] } };
    expect(drivers(only)?.kind).toBe('table');
  });

  it('the table stays within 35 columns, however large the moves', () => {
    const reaches = [1, 2, 3].map((sigmas) => ({
      sigmas,
      shockFraction: 0.0996 * sigmas,
      forcedUsd: { low: 1e9, point: 12.34e9, high: 99e9 },
      exactShareFraction: 0,
      endFraction: 0.0994 + 0.2 * sigmas,
      endStressedFraction: 0.9,
      amplification: 2,
    }));
    const reading = makeReading({ down: makeSide('down', 72, { reaches }) });
    const table = alertBlocks(reading, 'down', START_AT, titles).find(
      ({ kind }) => kind === 'table',
    );
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.rows[1]).toEqual(['1σ -10 %', '$12bn', '-29.9 %', '-90.0 %']);
    expect(tableColumns(table.rows)).toBeLessThanOrEqual(35);
  });

  it('an old reading and a cap say so', () => {
    const reading = makeReading({ scoreDown: 72, levelCap: 'high' });
    const later = reading.at + 20 * MINUTE_MS;
    const [, caution] = alertBlocks(reading, 'down', later, titles);
    expect(caution).toEqual({
      kind: 'text',
      text: 'Too few sources for any level above high. This reading is 20 min old.',
    });
  });

  it('no reaches, no table', () => {
    const down = makeSide('down', 50, { reaches: [] });
    const blocks = alertBlocks(makeReading({ down }), 'down', START_AT, titles);
    expect(blocks.some(({ kind }) => kind === 'table')).toBe(false);
  });

  it('the critical shock is given with its range, also where an end is out of reach', () => {
    const side = makeSide('down', 50);
    const { criticalShockFraction: _point, ...none } = side;
    const texts = [
      side,
      { ...side, criticalShockRangeFraction: { low: 0.022 } },
      { ...side, criticalShockRangeFraction: {} },
      none,
      { ...none, criticalShockRangeFraction: {} },
    ].map(criticalShockText);
    expect(texts).toEqual([
      '3.1 % (2.2 to 4.7 %)',
      '3.1 % (2.2 % or more)',
      '3.1 %',
      'none within reach; at the risky end of the estimate 2.2 %',
      'none within reach',
    ]);
  });
});

describe('the ladder', () => {
  it('carries the sides asked for, the critical shock and a given move', () => {
    const reading = makeReading();
    const shocked = { side: 'down', shockFraction: 0.05, endFraction: 0.07 } as const;
    const figure = ladderFigure(reading, ['down', 'up'], shocked, titles);
    expect(figure.sides[0]).toMatchObject({
      side: 'down',
      criticalShockFraction: 0.031,
      shock: { shockFraction: 0.05, endFraction: 0.07 },
    });
    expect(figure.sides[1]).not.toHaveProperty('shock');
    expect(figure.caption).toBe('2026-01-01 00:00 UTC · 3 of 3 venues, oldest 40 s');
    expect(ladderFigure(reading, ['up']).sides.map(({ side }) => side)).toEqual(['up']);
  });
});
