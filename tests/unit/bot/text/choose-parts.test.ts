import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseParts, type Part } from '../../../../src/bot/text/choose-parts.ts';

const part = (text: string, rank: number): Part => ({ text, length: text.length, rank });
const cuttable = (text: string, rank: number): Part => ({
  ...part(text, rank),
  shorten: (most) => (most < 2 ? undefined : part(`${text.slice(0, most - 1)}…`, rank)),
});
const texts = (parts: readonly Part[]) => parts.map(({ text }) => text);

describe('chooseParts', () => {
  test('keeps everything that fits exactly, joints counted', () => {
    const parts = [part('title', 0), part('block', 2), part('foot', 1)];
    expect(texts(chooseParts(parts, 5 + 2 + 5 + 2 + 4, 2))).toEqual(['title', 'block', 'foot']);
  });

  test('gives up the highest rank first and keeps the order of the document', () => {
    const parts = [part('title', 0), part('later', 3), part('first', 2), part('foot', 1)];
    expect(texts(chooseParts(parts, 5 + 5 + 4 + 4, 2))).toEqual(['title', 'first', 'foot']);
  });

  test('lets a smaller part stand where a larger one does not fit', () => {
    const parts = [part('title', 0), part('x'.repeat(50), 2), part('small', 3)];
    expect(texts(chooseParts(parts, 12, 2))).toEqual(['title', 'small']);
  });

  test('shortens a part into the room that is left', () => {
    const parts = [part('title', 0), cuttable('abcdefghij', 2), part('foot', 1)];
    expect(texts(chooseParts(parts, 5 + 2 + 4 + 2 + 4, 2))).toEqual(['title', 'abc…', 'foot']);
  });

  test('does not take a shortened part that is still too long', () => {
    const stubborn: Part = { ...part('0123456789', 1), shorten: () => part('01234567', 1) };
    expect(texts(chooseParts([part('title', 0), stubborn], 10, 1))).toEqual(['title']);
  });

  test('leaves out empty parts, so that no joint stands alone', () => {
    expect(
      texts(chooseParts([part('', 0), part('a', 1), part('', 2), part('b', 3)], 4, 2)),
    ).toEqual(['a', 'b']);
  });

  test('never exceeds the budget, and drops nothing that still fits', () => {
    const anyPart = fc
      .record({ length: fc.nat(40), rank: fc.nat(6), cut: fc.boolean() })
      .map(({ length, rank, cut }) => (cut ? cuttable : part)('x'.repeat(length), rank));
    fc.assert(
      fc.property(
        fc.array(anyPart, { maxLength: 12 }),
        fc.nat(200),
        fc.nat(3),
        (all, most, joint) => {
          const kept = chooseParts(all, most, joint);
          const used = kept.reduce((sum, { length }) => sum + length, 0);
          const total = used + joint * Math.max(0, kept.length - 1);
          expect(total).toBeLessThanOrEqual(Math.max(0, most));
          const filled = all.filter(({ length }) => length > 0);
          const whole =
            filled.reduce((sum, { length }) => sum + length, 0) +
            joint * Math.max(0, filled.length - 1);
          if (whole <= most) expect(kept).toEqual(filled);
          const room = most - total - (kept.length === 0 ? 0 : joint);
          for (const dropped of filled.filter((one) => !kept.includes(one) && !one.shorten)) {
            expect(dropped.length).toBeGreaterThan(room);
          }
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});
