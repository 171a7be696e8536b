import { expect, it } from 'vitest';
import type { Control } from '../../../demo/market/control.ts';
import { createPacer } from '../../../demo/pacer.ts';

function start(fastest = 300) {
  const speeds: number[] = [];
  const control = (command: Control) => {
    if ('speed' in command) speeds.push(Math.round(command.speed));
  };
  const pacer = createPacer({ control }, fastest);
  const say = (fraction: number, times = 1) => {
    for (let time = 0; time < times; time += 1) pacer.evaluated(fraction);
  };
  return { speeds, say, pacer };
}

it('lets time run slowly until the first whole reading, then at full speed', () => {
  const { speeds, say } = start();
  say(0.4, 2);
  expect(speeds).toEqual([30]);
  say(1);
  expect(speeds).toEqual([30, 300]);
});

it('does not wait for ever for a whole reading', () => {
  const { speeds, say } = start();
  say(0.4, 4);
  expect(speeds).toEqual([30, 300]);
});

it('slows down while figures come late, but not below what can be watched', () => {
  const { speeds, say } = start();
  say(1);
  say(0.9, 5);
  expect(speeds).toEqual([30, 300, 210, 150]);
});

it('speeds up again once everything has been fresh for a while', () => {
  const { speeds, say } = start();
  say(1);
  say(0.5, 3);
  say(1, 7);
  expect(speeds.at(-1)).toBe(150);
  say(1);
  expect(speeds.at(-1)).toBe(188);
  say(1, 8 * 10);
  expect(speeds.at(-1)).toBe(300);
});

it('never runs faster than it was asked to', () => {
  const { speeds, say } = start(10);
  say(1, 20);
  say(0.2, 5);
  expect(speeds).toEqual([10, 10]);
});

it('strolls once the story is over, whatever the coverage', () => {
  const { speeds, say, pacer } = start();
  say(1);
  pacer.stroll();
  say(0.5, 3);
  say(1, 20);
  expect(speeds).toEqual([30, 300, 60]);
});
