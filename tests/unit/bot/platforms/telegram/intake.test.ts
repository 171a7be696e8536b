import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../../../src/bot/platforms/telegram/effect.ts';
import { createIntake } from '../../../../../src/bot/platforms/telegram/intake.ts';
import { createRealClock } from '../../../../../src/real-clock.ts';
import { makeDoc } from '../../../../fakes/make-message.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';

const chat = { platform: 'telegram', chatId: '1' };
const REPLY: Effect = { replies: [{ chat, doc: makeDoc() }] };

function setUp(start: number | undefined = 0, handled = new Set<number>()) {
  const commits: [position: number, replies: number][] = [];
  const store = { fails: false };
  /** What is done once replies are stored. */
  const later: { work?: () => Promise<void> } = {};
  let effects = 0;
  const intake = createIntake({
    inbox: {
      async commit(_, position, replies) {
        if (store.fails) throw new Error('disk full');
        commits.push([position, replies.length]);
      },
    },
    clock: createRealClock(),
    log: new RecordingLogger(),
    updateDeadlineMs: 10_000,
    position: start,
    handled,
    async effectOf() {
      effects += 1;
      return later.work === undefined ? REPLY : { ...REPLY, afterwards: later.work };
    },
  });
  const accept = (id: number) => intake.accept({ update_id: id, odd: {} });
  return { intake, accept, commits, store, later, handled, effects: () => effects };
}

describe('the position of Telegram updates that end in any order', () => {
  test('is that of the last one before the first gap, and answers do not wait for it', async () => {
    const { intake, accept, commits } = setUp();
    const [one, two, three] = [accept(1), accept(2), accept(3)];
    await three?.work(true);
    await one?.work(true);
    expect(intake.position()).toBe(1);
    await two?.work(true);
    expect(intake.position()).toBe(3);
    expect(commits).toEqual([
      [0, 1],
      [1, 1],
      [3, 1],
    ]);
  });

  test('handed out again, an update is the same while it is under way, and nothing afterwards', async () => {
    const { accept, effects } = setUp();
    const [, two] = [accept(1), accept(2)];
    expect(accept(2)).toBe(two);
    await two?.work(true);
    expect(accept(2)).toBeUndefined();
    expect(effects()).toBe(1);
  });

  test('one done above the gap is not done again by the next connection, which passes it', async () => {
    const before = setUp();
    before.accept(1);
    await before.accept(2)?.work(true);
    const after = setUp(0, before.handled);
    const one = after.accept(1);
    expect(after.accept(2)).toBeUndefined();
    await one?.work(true);
    expect(after.intake.position()).toBe(2);
  });

  test('one that could not be stored holds the position, and only its storing is tried again', async () => {
    const { intake, accept, store, effects } = setUp();
    const [one, two] = [accept(1), accept(2)];
    store.fails = true;
    expect(await one?.work(true)).toBe('not-stored');
    store.fails = false;
    await two?.work(true);
    expect(intake.position()).toBe(0);
    expect(await one?.work(true)).toBe('done');
    expect(intake.position()).toBe(2);
    expect(effects()).toBe(2);
  });

  test('without a stored position it begins before the first update', async () => {
    const { accept, commits } = setUp(undefined);
    const [, eleven] = [accept(10), accept(11)];
    await eleven?.work(true);
    expect(commits).toEqual([[9, 1]]);
  });

  test('of what is to be done afterwards and does not end, only so much is kept', async () => {
    const { accept, later } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    later.work = () => {
      begun += 1;
      return promise;
    };
    for (let id = 1; id <= 150; id += 1) await accept(id)?.work(true);
    expect(begun).toBe(16);
    resolve();
    await new Promise((done) => setImmediate(done));
    expect(begun).toBe(64);
  });
});
