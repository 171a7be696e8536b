import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dexesOfCycle } from '../../../src/sources/exchanges/hyperliquid/dex-turns.ts';

test('up to sixteen dexes are each asked in the first cycle and every other one after', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 2, max: 30 }),
      (count, cycles) => {
        const names = Array.from({ length: count }, (_, index) => `dex${index}`);
        const askedIn = new Map<string, number>();
        for (let cycle = 1; cycle <= cycles; cycle += 1) {
          const asked = dexesOfCycle(names, askedIn);
          expect(asked.length).toBeLessThanOrEqual(cycle === 1 ? 16 : 8);
          for (const name of asked) askedIn.set(name, cycle);
          for (const name of names) expect(cycle - (askedIn.get(name) ?? -9)).toBeLessThan(2);
        }
      },
    ),
    { numRuns: 100, seed: 7 },
  );
});

test('of any number of dexes all get their turn, and no cycle asks too many', () => {
  fc.assert(
    fc.property(fc.integer({ min: 17, max: 80 }), (count) => {
      const names = Array.from({ length: count }, (_, index) => `dex${index}`);
      const askedIn = new Map<string, number>();
      const cycles = Math.ceil(count / 16) + Math.ceil(count / 8);
      const asked = Array.from({ length: cycles }, (_, index) => {
        const turn = dexesOfCycle(names, askedIn);
        for (const name of turn) askedIn.set(name, index + 1);
        return turn;
      });
      expect(asked.every((turn) => turn.length <= 16)).toBe(true);
      const later = asked.slice(Math.ceil(count / 16)).flat();
      expect(new Set(later)).toEqual(new Set(names));
    }),
    { numRuns: 50, seed: 7 },
  );
});
