import { describe, expect, it } from 'vitest';
import { createSimClock } from '../../../demo/market/sim-clock.ts';

function fakeReal() {
  let ms = 500;
  return { read: () => ms, pass: (by: number) => (ms += by) };
}

describe('the simulated clock', () => {
  it('runs at its speed from its start', () => {
    const real = fakeReal();
    const clock = createSimClock(1_000_000, 60, real.read);
    real.pass(250);
    expect(clock.now()).toBe(1_015_000);
    expect(clock.speed()).toBe(60);
  });

  it('stands still while paused and goes on from there', () => {
    const real = fakeReal();
    const clock = createSimClock(0, 10, real.read);
    real.pass(100);
    clock.pause();
    real.pass(5000);
    expect([clock.now(), clock.speed()]).toEqual([1000, 0]);
    clock.resume();
    real.pass(1);
    expect([clock.now(), clock.speed()]).toEqual([1010, 10]);
  });

  it('changes speed without a jump, also while paused', () => {
    const real = fakeReal();
    const clock = createSimClock(0, 10, real.read);
    real.pass(100);
    clock.setSpeed(2);
    expect(clock.now()).toBe(1000);
    clock.pause();
    clock.setSpeed(5);
    real.pass(100);
    expect(clock.now()).toBe(1000);
    clock.resume();
    real.pass(100);
    expect(clock.now()).toBe(1500);
  });

  it('refuses a speed that would stop it or run backwards', () => {
    expect(() => createSimClock(0, 0)).toThrow(RangeError);
    expect(() => createSimClock(0, 1).setSpeed(-1)).toThrow(RangeError);
  });
});
