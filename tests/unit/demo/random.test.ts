import { describe, expect, it } from 'vitest';
import { createRandom, hashedUniform } from '../../../demo/market/random.ts';

function first(seed: number, name: string): number[] {
  const random = createRandom(seed, name);
  return Array.from({ length: 5 }, () => random.uniform());
}

describe('random streams', () => {
  it('repeat for the same seed and name', () => {
    expect(first(7, 'price:ETH')).toEqual(first(7, 'price:ETH'));
  });

  it('differ by seed and by name', () => {
    expect(first(7, 'price:ETH')).not.toEqual(first(8, 'price:ETH'));
    expect(first(7, 'price:ETH')).not.toEqual(first(7, 'price:BTC'));
  });

  it('have the moments they promise', () => {
    const random = createRandom(1, 'moments');
    const count = 20_000;
    let sum = 0;
    let squares = 0;
    let logNormal = 0;
    let exponential = 0;
    const picks = [0, 0, 0];
    for (let index = 0; index < count; index += 1) {
      const value = random.gaussian();
      sum += value;
      squares += value * value;
      logNormal += random.logNormal(5, 0.8);
      exponential += random.exponential(3);
      const picked = random.pick([1, 2, 1]);
      picks[picked] = (picks[picked] ?? 0) + 1;
    }
    expect(sum / count).toBeCloseTo(0, 1);
    expect(squares / count).toBeCloseTo(1, 1);
    expect(logNormal / count).toBeGreaterThan(4.8);
    expect(logNormal / count).toBeLessThan(5.2);
    expect(exponential / count).toBeGreaterThan(2.9);
    expect(exponential / count).toBeLessThan(3.1);
    expect((picks[1] ?? 0) / count).toBeCloseTo(0.5, 1);
  });

  it('give stateless noise between 0 and 1 that depends on both numbers', () => {
    const values = new Set<number>();
    for (let place = 0; place < 30; place += 1) {
      for (let moment = 0; moment < 30; moment += 1) values.add(hashedUniform(place, moment));
    }
    expect(values.size).toBeGreaterThan(890);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });
});
