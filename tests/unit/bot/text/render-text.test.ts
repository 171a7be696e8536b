import { describe, expect, test } from 'vitest';
import type { LadderFigure, MessageDoc } from '../../../../src/alerts/message-doc.ts';
import { displayWidth, fitColumns, takeColumns } from '../../../../src/bot/text/display-width.ts';
import { plain } from '../../../../src/bot/text/plain.ts';
import { renderText } from '../../../../src/bot/text/render-text.ts';
import { paint, textOf } from '../../../../src/bot/text/styled.ts';
import { textLadder } from '../../../../src/bot/text/text-ladder.ts';
import { wrap } from '../../../../src/bot/text/wrap.ts';
import { makeSide } from '../../../fakes/make-reading.ts';

const DOC: MessageDoc = {
  title: 'ETH down 72/100 high',
  tone: 'high',
  blocks: [
    { kind: 'text', text: 'A 3.1 % fall would force about $200m of sales.' },
    {
      kind: 'fields',
      fields: [
        { name: 'Price', value: '$2,500' },
        { name: 'Critical shock', value: '3.1 % (2.2 to 4.7 %)' },
      ],
    },
    { kind: 'list', items: ['Bybit missing (timeout)', 'Morpho Blue late'] },
    {
      kind: 'table',
      rows: [
        ['Move', 'Forced', 'Ends near'],
        ['-3.0 %', '$200m', '-4.5 %'],
        ['-10.0 %', '$1.2bn', '-14.0 %'],
      ],
    },
  ],
  footer: '3 of 3 venues, oldest 40 s',
};

describe('a document as text', () => {
  test('looks like this on a wide screen', () => {
    expect(textOf(renderText(DOC, { columns: 80, maxCharacters: 5_000 }))).toMatchInlineSnapshot(`
      "ETH down 72/100 high

      A 3.1 % fall would force about $200m of sales.

      Price           $2,500
      Critical shock  3.1 % (2.2 to 4.7 %)

      • Bybit missing (timeout)
      • Morpho Blue late

      Move     Forced  Ends near
      -3.0 %    $200m     -4.5 %
      -10.0 %  $1.2bn    -14.0 %

      3 of 3 venues, oldest 40 s"
    `);
  });

  test('on a narrow screen a table becomes sentences and no line is too long', () => {
    const lines = textOf(renderText(DOC, { columns: 24, maxCharacters: 5_000 })).split('\n');
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(24);
    expect(lines.join(' ')).toContain('-3.0 %: Forced $200m,');
  });

  test('too long a document is cut at a line, and that is said', () => {
    const long: MessageDoc = {
      ...DOC,
      blocks: [{ kind: 'list', items: Array.from({ length: 500 }, (_, index) => `item ${index}`) }],
    };
    const text = textOf(renderText(long, { columns: 80, maxCharacters: 1_000 }));
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text).toMatch(/item \d+\n… \(cut: the message was too long\)$/);
  });

  test('colours mark the title and are closed where they were opened', () => {
    const painted = paint(renderText(DOC, { columns: 80, maxCharacters: 5_000 }));
    expect(painted.startsWith('\u001b[1;33mETH down 72/100 high\u001b[0m\n')).toBe(true);
    const codes = painted.split('\u001b[').slice(1);
    const closing = codes.filter((code) => code.startsWith('0m'));
    expect(closing).toHaveLength(codes.length / 2);
  });
});

test('no control, escape or direction character of a text reaches the screen', () => {
  const evil = 'a\u001b[2Jb\u0007\u009bc\u202ed\u0000e\r\nf\u2028g\ud800h\u200bi';
  expect(plain(evil)).toBe('a[2Jbcde\nf\ng\ufffdhi');
  const doc: MessageDoc = {
    title: evil,
    tone: 'info',
    blocks: [
      { kind: 'text', text: evil },
      { kind: 'list', items: [evil] },
      { kind: 'fields', fields: [{ name: evil, value: evil }] },
      {
        kind: 'table',
        rows: [
          [evil, evil],
          [evil, evil],
        ],
      },
    ],
    footer: evil,
    figure: { ...figure(), asset: evil },
  };
  const text = textOf(renderText(doc, { columns: 80, maxCharacters: 9_000 }));
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
});

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['清算', 4],
    ['🚨', 2],
    ['👨‍👩‍👧', 2],
    ['é', 1],
    ['✔️', 2],
    ['−3 %', 4],
    ['█▒', 2],
  ])('“%s” takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  test('cutting never splits a visible character', () => {
    expect(takeColumns('a👨‍👩‍👧b', 2)).toBe('a');
    expect(takeColumns('a👨‍👩‍👧b', 3)).toBe('a👨‍👩‍👧');
    expect(fitColumns('清算清算', 5)).toBe('清算…');
  });

  test('wrapping keeps every word, whatever its length', () => {
    const text = `${'&'.repeat(300)} 清算清算清算 ${'🚨'.repeat(50)} end`;
    const lines = wrap(text, 30, 2);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(30);
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });
});

function figure(): LadderFigure {
  const side = (which: 'down' | 'up', critical: number) => ({
    side: which,
    level: 'high' as const,
    profile: makeSide(which, 70).profile,
    criticalShockFraction: critical,
  });
  return {
    kind: 'liquidation-ladder',
    asset: 'ETH',
    priceUsd: 2500,
    at: 0,
    caption: '',
    sides: [side('down', 0.031), side('up', 0.04)],
  };
}

describe('the ladder in letters', () => {
  test('has rises above the price, falls below, and marks in their rows', () => {
    const lines = textOf(textLadder(figure(), 100)).split('\n');
    const price = lines.findIndex((line) => line.includes('$2,500 now'));
    const up = lines.findIndex((line) => line.includes('critical shock +4.0 %'));
    const down = lines.findIndex((line) => line.includes('critical shock −3.1 %'));
    expect(up).toBeLessThan(price);
    expect(down).toBeGreaterThan(price);
    expect(lines[down]).toMatch(/^ +−4\.0 % █+▒+ +\$80m +\$143m ◀/);
    // Farthest last: the last fall row holds everything up to it.
    expect(lines.at(-2)).toContain('$463m');
  });

  test.each([40, 60, 80, 200])('fits %i columns', (columns) => {
    const lines = textOf(textLadder(figure(), columns)).split('\n');
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
  });

  test('an empty profile says so instead of showing nothing', () => {
    const empty = { distances: [], exactUsd: [], estimatedUsd: [] };
    const sides = figure().sides.map((side) => ({ ...side, profile: empty }));
    expect(textOf(textLadder({ ...figure(), sides }, 80))).toContain(
      'no forced trading within reach',
    );
  });
});
