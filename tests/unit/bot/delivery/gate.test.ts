import { describe, expect, test } from 'vitest';
import { createChatPace } from '../../../../src/bot/delivery/chat-pace.ts';
import { createGate } from '../../../../src/bot/delivery/gate.ts';
import { createPlatformPace } from '../../../../src/bot/delivery/platform-pace.ts';
import { seededRandom } from '../../../fakes/seeded-random.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

const chat = (chatId: string) => ({ platform: 'scripted', chatId });
const NEVER = new AbortController().signal;

function setUp(perSecond: number, perChatIntervalMs = 0) {
  const clock = new VirtualClock();
  const platformPace = createPlatformPace({ perSecond });
  const gate = createGate(platformPace, createChatPace({ perChatIntervalMs }), clock);
  return { clock, platformPace, gate };
}

/** The most starts in any half-open window of that length. */
function mostIn(times: readonly number[], windowMs: number): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + windowMs));
  return Math.max(...counts.map(({ length }) => length));
}

describe('the pace of the platform', () => {
  test.each([1, 7, 30, 50])(
    'at %i a second no window holds more, and at least 95 in 100 are used',
    async (perSecond) => {
      const { clock, gate } = setUp(perSecond);
      const times: number[] = [];
      const count = perSecond * 20;
      for (let index = 0; index < count; index += 1) {
        void gate.pass(chat(`c${index}`), NEVER).then((permit) => {
          permit?.started();
          times.push(clock.now());
        });
      }
      const begin = clock.now();
      await clock.advance(25_000);
      expect(times).toHaveLength(count);
      expect(mostIn(times, 1_000)).toBeLessThanOrEqual(perSecond);
      const usedMs = (times.at(-1) ?? 0) - begin;
      expect((count - 1) / (usedMs / 1000)).toBeGreaterThanOrEqual(perSecond * 0.95);
    },
  );

  test('a clock that wakes late costs little pace', async () => {
    const clock = new VirtualClock();
    const late = {
      now: () => clock.now(),
      sleep: (durationMs: number, signal?: AbortSignal) => clock.sleep(durationMs + 12, signal),
    };
    const chatPace = createChatPace({ perChatIntervalMs: 0 });
    const gate = createGate(createPlatformPace({ perSecond: 50 }), chatPace, late);
    const times: number[] = [];
    for (let index = 0; index < 500; index += 1) {
      void gate.pass(chat(`c${index}`), NEVER).then((permit) => {
        permit?.started();
        times.push(clock.now());
      });
    }
    await clock.advance(15_000);
    const usedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(499 / (usedMs / 1000)).toBeGreaterThanOrEqual(50 * 0.95);
    expect(mostIn(times, 1_000)).toBeLessThanOrEqual(50);
  });

  test('the window is kept although starts come late and bunched', async () => {
    const { clock, gate } = setUp(30);
    const random = seededRandom(7);
    const times: number[] = [];
    for (let index = 0; index < 300; index += 1) {
      void gate.pass(chat(`c${index}`), NEVER).then(async (permit) => {
        // The disk is slow at times, and then lets several go at once.
        await clock.sleep(Math.ceil((clock.now() + random() * 40) / 120) * 120 - clock.now());
        permit?.started();
        times.push(clock.now());
      });
    }
    await clock.advance(30_000);
    expect(times).toHaveLength(300);
    expect(mostIn(times, 1_000)).toBeLessThanOrEqual(30);
  });

  test('what was let through and is cancelled costs no place in the window', async () => {
    const { clock, gate } = setUp(2);
    const first = await gate.pass(chat('a'), NEVER);
    first?.cancelled();
    const times: number[] = [];
    for (const id of ['b', 'c']) {
      void gate.pass(chat(id), NEVER).then((permit) => {
        permit?.started();
        times.push(clock.now());
      });
    }
    await clock.advance(1_000);
    expect(times).toHaveLength(2);
  });
});

test('a chat that has to wait lets the others pass', async () => {
  const { clock, gate } = setUp(1_000, 5_000);
  const passed: string[] = [];
  const pass = (id: string) =>
    void gate.pass(chat(id), NEVER).then((permit) => {
      permit?.started();
      passed.push(id);
    });
  pass('a');
  await clock.advance(1);
  pass('a');
  pass('b');
  await clock.advance(100);
  expect(passed).toEqual(['a', 'b']);
  await clock.advance(5_000);
  expect(passed).toEqual(['a', 'b', 'a']);
});

test('stopping and a hold of the whole platform send those waiting away', async () => {
  const { clock, gate, platformPace } = setUp(1);
  (await gate.pass(chat('a'), NEVER))?.started();
  const stop = new AbortController();
  const stopped = gate.pass(chat('b'), stop.signal);
  const held = gate.pass(chat('c'), NEVER);
  stop.abort();
  expect(await stopped).toBeUndefined();
  platformPace.hold(clock.now() + 60_000);
  gate.holdChanged();
  expect(await held).toBeUndefined();
  expect(await gate.pass(chat('d'), NEVER)).toBeUndefined();
  await clock.advance(61_000);
  expect(await gate.pass(chat('d'), NEVER)).toBeDefined();
});
