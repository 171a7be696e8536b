import { expect, test } from 'vitest';
import { createSlidingWindow } from '../../../../src/bot/delivery/sliding-window.ts';

test('there is room until the window is full, and again when its oldest start has left it', () => {
  const window = createSlidingWindow(2, 1_000);
  expect(window.readyAt(0, 0)).toBe(0);
  window.add(0);
  window.add(300);
  expect(window.readyAt(300, 0)).toBe(1_000);
  expect(window.readyAt(1_000, 0)).toBe(1_000);
});

test('starts that are promised take their place before they happen', () => {
  const window = createSlidingWindow(2, 1_000);
  window.add(0);
  expect(window.readyAt(10, 1)).toBe(1_000);
  // Everything in the window is promised: time alone makes no room.
  expect(window.readyAt(10, 2)).toBe(Number.POSITIVE_INFINITY);
});

test('it forgets what left the window', () => {
  const window = createSlidingWindow(2, 1_000);
  window.add(0);
  expect(window.isEmpty(999)).toBe(false);
  expect(window.isEmpty(1_000)).toBe(true);
});
