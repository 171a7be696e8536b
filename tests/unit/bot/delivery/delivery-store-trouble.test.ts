import { expect, test } from 'vitest';
import { makeMessage } from '../../../fakes/make-message.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { answers, setUpDelivery } from './set-up-delivery.ts';

test('what was sent is not sent again when it could not be recorded', async () => {
  const set = await setUpDelivery([makeMessage()]);
  set.outage.except = ['expire', 'crowded', 'claim', 'begin'];
  set.outage.on = true;
  await expect(runWithClock(set.clock, set.delivery.deliverDue())).rejects.toThrow('disk full');
  await expect(set.delivery.deliverDue()).rejects.toThrow('disk full');
  // Long after the lease ended, with the store back: recorded, not repeated.
  await set.clock.advance(300_000);
  set.outage.on = false;
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.attempts).toHaveLength(1);
  expect(await set.state('m1')).toBe('sent');
});

test('a refusal is recorded once, although closing the chat failed at first', async () => {
  const closing = answers({ kind: 'refused', reason: 'bot was kicked', closeChat: true });
  const set = await setUpDelivery([makeMessage()], { next: () => closing });
  const { closeChat } = set.store.subscriptions;
  let failures = 0;
  set.store.subscriptions.closeChat = async (...args) => {
    failures += 1;
    if (failures === 1) throw new Error('disk full');
    await closeChat(...args);
  };
  await runWithClock(set.clock, set.delivery.deliverDue());
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(failures).toBe(2);
  expect(await set.state('m1')).toBe('refused');
  const warned = set.log.lines.filter(({ message }) => message.includes('no longer claimed'));
  expect(warned).toEqual([]);
});

test('without its beginning on record nothing is handed over', async () => {
  const set = await setUpDelivery([makeMessage()]);
  set.outage.except = ['expire', 'crowded', 'claim', 'release'];
  set.outage.on = true;
  const stop = new AbortController();
  const running = set.delivery.run(stop.signal);
  await set.clock.advance(3_000);
  expect(set.platform.attempts).toHaveLength(0);
  set.outage.on = false;
  await set.clock.advance(3_000);
  expect(await set.row('m1')).toMatchObject({ state: 'sent', attempts: 1 });
  stop.abort();
  await runWithClock(set.clock, running);
});

test('a message that somebody else settled meanwhile is not handed over', async () => {
  const set = await setUpDelivery([makeMessage()]);
  set.store.outbox.begin = async () => false;
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.attempts).toHaveLength(0);
  expect(set.log.lines.map(({ message }) => message)).toContain(
    'message was no longer claimed by this worker',
  );
});

test('the loop logs it, waits longer each time, and goes on', async () => {
  const set = await setUpDelivery([makeMessage()]);
  set.outage.on = true;
  const stop = new AbortController();
  const running = set.delivery.run(stop.signal);
  await set.clock.advance(8_000);
  const waits = () =>
    set.log.lines
      .filter(({ message }) => message === 'delivery round failed')
      .map(({ fields }) => fields['waitMs']);
  expect(waits()).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  set.outage.on = false;
  await set.clock.advance(9_000);
  expect(set.platform.arrived).toHaveLength(1);
  // Having worked again, the next trouble is met with short waits.
  set.outage.on = true;
  await set.clock.advance(2_000);
  expect(waits().at(5)).toBe(500);
  stop.abort();
  await runWithClock(set.clock, running);
});

test('a message that reaches its end while the database is slow is not handed over', async () => {
  const set = await setUpDelivery([makeMessage({ expiresAt: Date.UTC(2026, 0, 1) + 5_000 })]);
  const { begin } = set.store.outbox;
  set.store.outbox.begin = async (id, worker) => {
    const begun = await begin(id, worker);
    await set.clock.sleep(6_000);
    return begun;
  };
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.attempts).toHaveLength(0);
  expect(await set.state('m1')).toBe('expired');
});
