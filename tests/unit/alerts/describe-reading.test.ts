import { describe, expect, it } from 'vitest';
import { coverageLine } from '../../../src/alerts/describe-coverage.ts';
import { ladderFigure } from '../../../src/alerts/describe-figure.ts';
import { criticalShockText, readingBlocks } from '../../../src/alerts/describe-reading.ts';
import type { Reading } from '../../../src/signals/model/reading.ts';
import { MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { makeReading, makeSide } from '../../fakes/make-reading.ts';

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

describe('the blocks of a reading', () => {
  it('both sides are headed by side, score and level', () => {
    const blocks = readingBlocks(makeReading({ scoreDown: 72 }), 'both', START_AT, titles);
    const texts = blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));
    expect(texts.filter((text) => text.includes('/100'))).toEqual([
      'DOWN 72/100, high',
      'UP 30/100, low',
    ]);
    const table = blocks.findLast(({ kind }) => kind === 'table');
    const [header, first] = table?.kind === 'table' ? table.rows : [];
    expect(header?.[1]).toBe('Forced buying');
    expect(first?.[0]).toBe('1σ +3.0 %');
  });

  it('an old reading and a cap say so', () => {
    const reading = makeReading({ scoreDown: 72, levelCap: 'high' });
    const later = reading.at + 20 * MINUTE_MS;
    const [, caution] = readingBlocks(reading, 'down', later, titles);
    expect(caution).toEqual({
      kind: 'text',
      text: 'Too few sources for any level above high. This reading is 20 min old.',
    });
  });

  it('no reaches, no table', () => {
    const down = makeSide('down', 50, { reaches: [] });
    const blocks = readingBlocks(makeReading({ down }), 'down', START_AT, titles);
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
