import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatDuration,
  formatPercent,
  formatPoints,
  formatPrice,
  formatUsd,
  formatUtc,
} from '../../../src/alerts/format.ts';

describe('figures for people', () => {
  it.each([
    [410e6, '$410m'],
    [1.2e9, '$1.2bn'],
    [999.7e6, '$1bn'],
    [99.96e6, '$100m'],
    [2.34e12, '$2.3tn'],
    [950, '$950'],
    [12_340, '$12.3k'],
    [0, '$0'],
    [0.3, '$0'],
    [-0.3, '$0'],
    [-5e6, '-$5m'],
  ])('%d USD is %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

  it.each([
    [0.031, 1, '3.1 %'],
    [0.5, 0, '50 %'],
    [-0.0541, 1, '-5.4 %'],
    [-0.0001, 1, '0.0 %'],
  ])('the fraction %d with %d digits is %s', (fraction, digits, text) =>
    expect(formatPercent(fraction, digits)).toBe(text),
  );

  it.each([
    [97_312.4, '$97,312'],
    [1_234_567, '$1,234,567'],
    [2.314, '$2.31'],
    [0.5, '$0.5000'],
    [0.000012341, '$0.00001234'],
    [1.5e-9, '$0.000000001500'],
    [0, '$0.00'],
  ])('a price of %d is %s', (price, text) => expect(formatPrice(price)).toBe(text));

  it.each([
    [40_000, '40 s'],
    [89_000, '89 s'],
    [89_600, '1 min'],
    [180_000, '3 min'],
    [2 * 3_600_000, '2 h'],
    [4 * 86_400_000, '4 d'],
    [-5, '0 s'],
  ])('an age of %d ms is %s', (ms, text) => expect(formatAge(ms)).toBe(text));

  it.each([
    [45_000, '45 s'],
    [59_800, '1 min'],
    [25 * 60_000, '25 min'],
    [310 * 60_000, '5 h 10 min'],
    [3_599_900, '1 h'],
    [76 * 3_600_000, '3 d 4 h'],
    [24 * 3_600_000, '1 d'],
    [-5, '0 s'],
  ])('%d ms last %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('times are UTC to the minute', () => {
    expect(formatUtc(Date.UTC(2026, 0, 1, 14, 3, 59))).toBe('2026-01-01 14:03 UTC');
  });

  it('points are whole', () => {
    expect([72.4, -0.4, 100].map(formatPoints)).toEqual(['72', '0', '100']);
  });

  it('what is not a finite number is unknown', () => {
    const all = [formatUsd, formatPercent, formatPrice, formatAge, formatDuration, formatUtc];
    for (const format of [...all, formatPoints]) {
      for (const figure of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(format(figure)).toBe('unknown');
      }
    }
    expect(formatUtc(1e16)).toBe('unknown');
  });
});
