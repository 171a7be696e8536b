import { expect, test } from 'vitest';
import { widthOf } from '../../../../scripts/pictures/fonts.ts';

test('widths are those of the font: 1401 of 2048 units for an A, 1233 for any letter of Mono', () => {
  expect(widthOf('A', 'plain', 2048)).toBe(1401);
  expect(widthOf('iW─σ', 'mono', 2048)).toBe(4 * 1233);
  expect(widthOf('W', 'bold', 10)).toBeGreaterThan(widthOf('W', 'plain', 10));
  expect(widthOf('i', 'plain', 10)).toBeLessThan(widthOf('W', 'plain', 10));
});

test('letters beyond the first plane have their own width, missing ones that of the empty box', () => {
  // DejaVu Sans has the double-struck A; no font has an unassigned code point.
  expect(widthOf('𝔸', 'plain', 2048)).toBe(1517);
  expect(widthOf('\u0378', 'plain', 2048)).toBe(widthOf('\u{e0fff}', 'plain', 2048));
});
