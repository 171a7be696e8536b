import { expect, test } from 'vitest';
import { percentText, signedText, usdText } from '../../../../src/signals/score/wording.ts';

test('amounts carry two to three figures and the nearest unit', () => {
  expect([0, 950, 85_000, 999_600, 4_100_000, 41e6, 410e6, 1.23e9, 2e12].map(usdText)).toEqual([
    '$0',
    '$950',
    '$85k',
    '$1m',
    '$4.1m',
    '$41m',
    '$410m',
    '$1.2bn',
    '$2tn',
  ]);
});

test('shares and ages are short, and a rounded zero has no sign', () => {
  expect([0.031, 0.0042, 0, -0.054, 1.5].map(percentText)).toEqual([
    '3.1 %',
    '0.42 %',
    '0.0 %',
    '-5.4 %',
    '150 %',
  ]);
  expect([1.24, -0.44, -0.01, 0.01].map(signedText)).toEqual(['+1.2', '-0.4', '0.0', '0.0']);
});
