import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dealerGammaBand, hedgingFlow } from '../../../../src/signals/options/hedging-flow.ts';

const RUNS = { numRuns: 300, seed: 20_251_010 };

const usdPer1Pct = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e10, noNaN: true }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const position = fc.record({ longShareOfCalls: share, longShareOfPuts: share });
const reach = fc.record({
  reachLog: fc.double({ min: 0.001, max: 0.7, noNaN: true }),
  bins: fc.integer({ min: 1, max: 200 }),
});

const total = (usd: Float64Array) => usd.reduce((sum, one) => sum + one, 0);

test('the flow is never negative, ascends in distance and stays within its reach', () => {
  fc.assert(
    fc.property(
      usdPer1Pct,
      usdPer1Pct,
      fc.tuple(position, position),
      reach,
      (calls, puts, band, cut) => {
        const open = { callGammaUsdPer1Pct: calls, putGammaUsdPer1Pct: puts };
        const { distances, usd } = hedgingFlow(dealerGammaBand(open, band), cut);
        expect(usd).toHaveLength(distances.length);
        let before = 0;
        for (const [i, distance] of distances.entries()) {
          expect(distance).toBeGreaterThan(before);
          expect(distance).toBeLessThan(cut.reachLog);
          expect(usd[i]).toBeGreaterThanOrEqual(0);
          before = distance;
        }
      },
    ),
    RUNS,
  );
});

test('more gamma never forces less, whatever the reach; no gamma forces nothing', () => {
  fc.assert(
    fc.property(usdPer1Pct, usdPer1Pct, usdPer1Pct, reach, (calls, puts, more, cut) => {
      const flowOf = (callGammaUsdPer1Pct: number, putGammaUsdPer1Pct: number) =>
        hedgingFlow(dealerGammaBand({ callGammaUsdPer1Pct, putGammaUsdPer1Pct }), cut);
      const base = flowOf(calls, puts);
      for (const grown of [flowOf(calls + more, puts), flowOf(calls, puts + more)]) {
        for (const [i, usd] of base.usd.entries()) {
          expect(grown.usd[i]).toBeGreaterThanOrEqual(usd);
        }
      }
      expect(flowOf(0, 0).usd).toHaveLength(0);
    }),
    RUNS,
  );
});

test('the ends of the band enclose every position between them', () => {
  fc.assert(
    fc.property(
      usdPer1Pct,
      usdPer1Pct,
      fc.tuple(position, position),
      share,
      (calls, puts, [one, other], at) => {
        const open = { callGammaUsdPer1Pct: calls, putGammaUsdPer1Pct: puts };
        const mix = (a: number, b: number) => a + (b - a) * at;
        const between = {
          longShareOfCalls: mix(one.longShareOfCalls, other.longShareOfCalls),
          longShareOfPuts: mix(one.longShareOfPuts, other.longShareOfPuts),
        };
        const band = dealerGammaBand(open, [one, other]);
        const { lowUsdPerLog } = dealerGammaBand(open, [between, between]);
        const slack = 1e-9 * (calls + puts) * 100;
        expect(lowUsdPerLog).toBeGreaterThanOrEqual(band.lowUsdPerLog - slack);
        expect(lowUsdPerLog).toBeLessThanOrEqual(band.highUsdPerLog + slack);
      },
    ),
    RUNS,
  );
});

test('the whole flow does not depend on how it is cut', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e12, noNaN: true }),
      reach,
      fc.integer({ min: 1, max: 200 }),
      (gammaUsd, cut, bins) => {
        const band = { lowUsdPerLog: -gammaUsd, highUsdPerLog: 0 };
        const one = total(hedgingFlow(band, cut).usd);
        const other = total(hedgingFlow(band, { ...cut, bins }).usd);
        expect(one / other).toBeCloseTo(1, 9);
        expect(one / ((gammaUsd * cut.reachLog) / 2)).toBeCloseTo(1, 9);
      },
    ),
    RUNS,
  );
});
