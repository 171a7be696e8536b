import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAllowances } from '../../../../src/bot/inbox/allowances.ts';
import {
  type CommandLimits,
  createCommandGate,
  DEFAULT_COMMAND_LIMITS,
} from '../../../../src/bot/inbox/limits.ts';

const START = Date.UTC(2026, 0, 1);
const chat = (chatId: string, thread?: string) => ({
  platform: 'telegram',
  chatId,
  ...(thread === undefined ? {} : { thread }),
});
const LIMITS: CommandLimits = {
  ...DEFAULT_COMMAND_LIMITS,
  userPerMinute: 4,
  chatPerMinute: 10,
  userWorkMsPerMinute: 1_000,
  chatWorkMsPerMinute: 3_000,
};

describe('a person', () => {
  test('may ask so often, then is told once how long to wait, and then no more', () => {
    const gate = createCommandGate(LIMITS);
    const asker = { chat: chat('a'), userId: 'u' };
    for (let count = 0; count < 4; count += 1) expect(gate.admit(asker, START)).toBeUndefined();
    expect(gate.admit(asker, START)).toEqual({ who: 'user', waitMs: 15_000, told: false });
    expect(gate.admit(asker, START + 5_000)).toEqual({ who: 'user', waitMs: 10_000, told: true });
    expect(gate.admit(asker, START + 14_999)).toMatchObject({ told: true });
    expect(gate.admit(asker, START + 15_000)).toBeUndefined();
    expect(gate.admit(asker, START + 15_000)).toMatchObject({ who: 'user', told: false });
  });

  test('has one allowance in all chats of a platform, and another on another', () => {
    const gate = createCommandGate(LIMITS);
    for (const chatId of ['a', 'b', 'c', 'd']) {
      expect(gate.admit({ chat: chat(chatId), userId: 'u' }, START)).toBeUndefined();
    }
    expect(gate.admit({ chat: chat('e'), userId: 'u' }, START)).toMatchObject({ who: 'user' });
    const elsewhere = { chat: { platform: 'discord', chatId: 'e' }, userId: 'u' };
    expect(gate.admit(elsewhere, START)).toBeUndefined();
  });

  test('who floods takes nothing more from the chat', () => {
    const gate = createCommandGate(LIMITS);
    for (let count = 0; count < 500; count += 1) {
      gate.admit({ chat: chat('a'), userId: 'flooder' }, START);
    }
    for (let count = 0; count < 4; count += 1) {
      expect(gate.admit({ chat: chat('a'), userId: 'other' }, START)).toBeUndefined();
    }
  });

  test('whose commands took long waits until the work is paid off, a minute at most', () => {
    const gate = createCommandGate(LIMITS);
    const asker = { chat: chat('a'), userId: 'u' };
    expect(gate.admit(asker, START)).toBeUndefined();
    gate.worked(asker, 1_200, START);
    // 200 ms of debt and a quarter of 1,000 ms, at 1,000 ms a minute.
    expect(gate.admit(asker, START)).toEqual({ who: 'user', waitMs: 27_000, told: false });
    expect(gate.admit({ chat: chat('a'), userId: 'other' }, START)).toBeUndefined();
    gate.worked(asker, 60_000, START);
    expect(gate.admit(asker, START)).toMatchObject({ waitMs: 75_000 });
    expect(gate.admit(asker, START + 75_000)).toBeUndefined();
  });
});

describe('a place', () => {
  test('has one allowance for all its rooms and people', () => {
    const gate = createCommandGate(LIMITS);
    for (let count = 0; count < 10; count += 1) {
      const asker = { chat: chat('a', `room ${count}`), userId: `u${count}` };
      expect(gate.admit(asker, START)).toBeUndefined();
    }
    const next = { chat: chat('a', 'room x'), userId: 'x' };
    expect(gate.admit(next, START)).toEqual({ who: 'chat', waitMs: 15_000, told: false });
    expect(gate.admit({ ...next, chat: chat('b') }, START)).toBeUndefined();
  });

  test('pays for the work of everybody in it', () => {
    const gate = createCommandGate(LIMITS);
    for (let count = 0; count < 4; count += 1) {
      gate.worked({ chat: chat('a'), userId: `u${count}` }, 900, START);
    }
    expect(gate.admit({ chat: chat('a'), userId: 'new' }, START)).toMatchObject({ who: 'chat' });
    expect(gate.admit({ chat: chat('b'), userId: 'new' }, START)).toBeUndefined();
  });
});

describe('allowances', () => {
  test('never give more than one full allowance and what came back, and never stay shut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
        (perMinute, gapsMs) => {
          const left = createAllowances(perMinute);
          let now = START;
          let used = 0;
          for (const gapMs of gapsMs) {
            now += gapMs;
            const wait = left.wait('key', now);
            if (wait === undefined) {
              left.spend('key', 1, now);
              used += 1;
            } else {
              expect(wait.waitMs).toBeGreaterThan(0);
              expect(wait.waitMs).toBeLessThanOrEqual(60_000);
              expect(left.wait('key', now + wait.waitMs)).toBeUndefined();
              left.spend('key', 1, now + wait.waitMs);
              now += wait.waitMs;
              used += 1;
            }
            const cameBack = ((now - START) / 60_000) * perMinute;
            expect(used).toBeLessThanOrEqual(perMinute + cameBack + 1e-6);
          }
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  test('hold so many people in memory, those who asked last', () => {
    const left = createAllowances(1, 100);
    left.spend('early', 1, START);
    left.spend('late', 1, START);
    for (let count = 0; count < 99; count += 1) left.wait(`key ${count}`, START);
    left.wait('late', START);
    expect(left.size()).toBe(100);
    for (let count = 0; count < 50; count += 1) left.wait(`more ${count}`, START);
    expect(left.size()).toBe(100);
    expect(left.wait('late', START)).toBeDefined();
    expect(left.wait('early', START)).toBeUndefined();
  });

  test.each([0, 0.4])('of %s a minute still let one through', (perMinute) => {
    const left = createAllowances(perMinute);
    expect(left.wait('key', START)).toBeUndefined();
    left.spend('key', 1, START);
    expect(left.wait('key', START)).toMatchObject({ waitMs: 60_000 });
  });
});
