import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../../scripts/pictures/rich-text.ts';
import { spanWidthOf, wrapSpans } from '../../../../scripts/pictures/wrap-spans.ts';

const plain = (text: string): Span => ({ text, face: 'plain' });
const textsOf = (spans: Span[], width: number) =>
  wrapSpans(spans, width, 10).map((row) => row.map(({ text }) => text).join(''));

describe('wrapping', () => {
  it('breaks at spaces and keeps what fits together', () => {
    expect(textsOf([plain('forced sales of $513m')], 72)).toEqual(['forced sales ', 'of $513m']);
    expect(textsOf([plain('short')], 75)).toEqual(['short']);
    expect(textsOf([], 75)).toEqual(['']);
  });

  it('does not break a word that changes its look in the middle', () => {
    const spans: Span[] = [plain('see '), { text: 'Fragility', face: 'bold' }, plain(': high')];
    expect(textsOf(spans, 62)).toEqual(['see ', 'Fragility: ', 'high']);
  });

  it('places each piece where the one before it ends', () => {
    const [row = []] = wrapSpans([plain('🟠 ETH '), { text: 'down', face: 'bold' }], 500, 10);
    expect(row.map(({ text }) => text)).toEqual(['🟠 ETH ', 'down']);
    expect(row[1]?.x).toBeCloseTo(spanWidthOf('🟠 ETH ', 'plain', 10));
  });

  it('loses no letter and never exceeds the width, whatever the text', () => {
    const span = fc.record({
      text: fc.stringMatching(/^[ a-zA-Z0-9%$.,;🟠→σ]{0,40}$/u),
      face: fc.constantFrom('plain' as const, 'bold' as const, 'mono' as const),
    });
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 6 }),
        fc.integer({ min: 15, max: 200 }),
        (spans, width) => {
          const rows = wrapSpans(spans, width, 10);
          const shown = rows.flat().map(({ text }) => text);
          expect(shown.join('')).toBe(spans.map(({ text }) => text).join(''));
          for (const row of rows) {
            const text = row.at(-1)?.text.trimEnd() ?? '';
            const end = (row.at(-1)?.x ?? 0) + spanWidthOf(text, row.at(-1)?.face ?? 'plain', 10);
            if (text !== '') expect(end).toBeLessThanOrEqual(width + 1e-6);
          }
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });
});
