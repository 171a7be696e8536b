import { describe, expect, it } from 'vitest';
import { createRealClock } from '../../src/real-clock.ts';
import { chatStack, LOOK, PLATFORM_NAMES } from './support/chat-stack.ts';

const HOUR_MS = 3_600_000;

/** The stack on a machine whose clock is so far ahead of everybody else's. */
function stackWithClock(aheadMs: number) {
  const real = createRealClock();
  return chatStack({
    clock: { now: () => real.now() + aheadMs, sleep: real.sleep },
    platformNow: () => Date.now(),
  });
}

describe.each([
  ['three hours ahead', 3 * HOUR_MS],
  ['three hours behind', -3 * HOUR_MS],
  ['a day ahead', 24 * HOUR_MS],
])('on a machine whose clock is %s', (_, aheadMs) => {
  it('commands are answered, old ones are not, alerts arrive, and the log says what is wrong', async () => {
    const stack = await stackWithClock(aheadMs);
    const { telegram, group, eve } = stack;
    const threeMinutesAgo = Math.floor(Date.now() / 1000) - 180;
    const old = telegram.write(group, eve, '/help', { date: threeMinutesAgo });
    stack.start();
    await stack.connected();
    for (const name of PLATFORM_NAMES) {
      await stack.answers(name);
      const id = await stack.alert(name, 'on time');
      await stack.becomes(id, name, 'sent');
      expect(stack.copies(name, 'on time')).toBe(1);
    }
    expect(telegram.messages(group).some(({ replyTo }) => replyTo === old.messageId)).toBe(false);

    const warnings = () => stack.logged('the clock of this machine is wrong');
    await expect.poll(() => warnings().length, LOOK).toBe(PLATFORM_NAMES.length);
    for (const { fields } of warnings()) {
      expect(Math.abs(Number(fields['aheadSeconds']) - aheadMs / 1000)).toBeLessThan(30);
    }
    expect(stack.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

it('with the right clock nothing is said of it', async () => {
  const stack = await stackWithClock(0);
  stack.start();
  await stack.connected();
  for (const name of PLATFORM_NAMES) await stack.answers(name);
  expect(JSON.stringify(stack.log.lines)).not.toContain('the clock of this machine');
});
