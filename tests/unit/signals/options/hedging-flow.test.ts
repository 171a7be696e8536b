import { describe, expect, test } from 'vitest';
import {
  type DealerBand,
  dealerGammaBand,
  hedgingFlow,
} from '../../../../src/signals/options/hedging-flow.ts';

const OPEN = { callGammaUsdPer1Pct: 3_000_000, putGammaUsdPer1Pct: 2_000_000 };

describe('the band over what dealers hold', () => {
  test('goes from short of everything to long of calls and short of puts', () => {
    // -(3 + 2) and 3 - 2 million per 1 %, which is a hundredth of a log unit.
    expect(dealerGammaBand(OPEN)).toEqual({
      lowUsdPerLog: -500_000_000,
      highUsdPerLog: 100_000_000,
    });
  });

  test('is narrower for shares in between, and its ends are told in either order', () => {
    const band: DealerBand = [
      { longShareOfCalls: 0.75, longShareOfPuts: 0.5 },
      { longShareOfCalls: 0.25, longShareOfPuts: 0.25 },
    ];
    expect(dealerGammaBand(OPEN, band)).toEqual({
      lowUsdPerLog: -250_000_000,
      highUsdPerLog: 150_000_000,
    });
  });
});

describe('the flow', () => {
  test('falls in a straight line from the present price to the end of its reach', () => {
    // Bins of 0.025; 100 million x 0.025 x (1 - 0.125), 0.625, 0.375 and 0.125 of it.
    const flow = hedgingFlow(
      { lowUsdPerLog: -100_000_000, highUsdPerLog: 0 },
      { reachLog: 0.1, bins: 4 },
    );
    const rounded = (values: Float64Array) => Array.from(values, (v) => Number(v.toPrecision(12)));
    expect(rounded(flow.distances)).toEqual([0.0125, 0.0375, 0.0625, 0.0875]);
    expect(rounded(flow.usd)).toEqual([2_187_500, 1_562_500, 937_500, 312_500]);
  });

  test('sums up to half of what constant gamma would force over a tenth', () => {
    const { distances, usd } = hedgingFlow({ lowUsdPerLog: -100_000_000, highUsdPerLog: 0 });
    expect(usd.reduce((sum, one) => sum + one, 0)).toBeCloseTo(5_000_000, 3);
    expect(distances.at(-1)).toBeLessThan(0.1);
  });

  test('is none without gamma, and long gamma gets no credit', () => {
    expect(hedgingFlow({ lowUsdPerLog: 0, highUsdPerLog: 0 }).usd).toHaveLength(0);
    expect(hedgingFlow({ lowUsdPerLog: 5, highUsdPerLog: 9 }).distances).toHaveLength(0);
  });
});
