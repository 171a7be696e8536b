import { expect, test } from 'vitest';
import { commandHint, withUnitsHeld } from '../../../../src/bot/text/no-break.ts';
import { wrap } from '../../../../src/bot/text/wrap.ts';

test('numbers keep their units, everything else may break', () => {
  const text = '3.1 % of 24 h, 3 d 4 h, 2 sigma, 1σ -3.1 %; 5 days, 4 horses, a % b, level 2 high';
  expect(withUnitsHeld(text).replaceAll('\u00a0', '_')).toBe(
    '3.1_% of 24_h, 3_d 4_h, 2_sigma, 1σ_-3.1_%; 5 days, 4 horses, a % b, level 2 high',
  );
});

test('a command and its arguments are held together', () => {
  expect(commandHint(' subscribe ETH  shock-below 3%')).toBe(
    '/subscribe\u00a0ETH\u00a0shock-below\u00a03%',
  );
});

test('a terminal keeps them on one line, too, but shows plain spaces', () => {
  expect(wrap('falls by 12.5 % now', 14)).toEqual(['falls by', '12.5 % now']);
  expect(wrap(`For a pause: ${commandHint('mute 8h')}.`, 20)).toEqual([
    'For a pause:',
    '/mute 8h.',
  ]);
});
