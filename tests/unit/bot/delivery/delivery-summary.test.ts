import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../../src/alerts/model.ts';
import { makeDoc, makeMessage } from '../../../fakes/make-message.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { setUpDelivery } from './set-up-delivery.ts';

const NOW = Date.UTC(2026, 0, 1);

function alerts(count: number, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) =>
    makeMessage({
      id: `a${index}`,
      groupId: `incident-${index}`,
      doc: makeDoc({ title: `COIN${index} down: HIGH` }),
      expiresAt: NOW + 1_800_000 + index,
      ...overrides,
    }),
  );
}

const lineOf = ({ doc }: Pick<OutgoingMessage, 'doc'>) =>
  doc.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));

test('six alerts that wait for one room become one message with a line each', async () => {
  const messages = alerts(6).map((message, index) =>
    index === 4
      ? { ...message, severity: 3, doc: makeDoc({ title: 'WORST', tone: 'critical' as const }) }
      : message,
  );
  const set = await setUpDelivery(messages);
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived).toHaveLength(1);
  const [summary] = set.platform.arrived;
  expect(summary).toMatchObject({
    id: 'summary-1',
    kind: 'summary',
    severity: 3,
    silent: false,
    doc: { tone: 'critical', title: '6 alerts at once, worst: CRITICAL' },
  });
  expect(summary === undefined ? [] : lineOf(summary)).toHaveLength(6);
  const row = await set.row('summary-1');
  // The critical one is still true when the summary arrives.
  expect(row).toMatchObject({
    state: 'sent',
    groupId: 'summary-summary-1',
    expiresAt: NOW + 1_800_004,
  });
  for (const { id } of messages) {
    expect(await set.row(id)).toMatchObject({
      state: 'superseded',
      reason: expect.stringContaining('summary of 6'),
    });
  }
});

test('without a critical one it lives as long as the last of them', async () => {
  const set = await setUpDelivery(alerts(6));
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(await set.row('summary-1')).toMatchObject({ severity: 2, expiresAt: NOW + 1_800_005 });
});

test('its turn comes with the oldest of them', async () => {
  const [oldest, ...rest] = alerts(6);
  const set = await setUpDelivery([
    ...rest,
    { ...(oldest ?? makeMessage()), createdAt: NOW - 90_000 },
  ]);
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(await set.row('summary-1')).toMatchObject({ createdAt: NOW - 90_000 });
});

test('five are sent one by one', async () => {
  const set = await setUpDelivery(alerts(5));
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived.map(({ kind }) => kind)).toEqual(Array(5).fill('raise'));
});

test('other rooms are not touched', async () => {
  const elsewhere = { platform: 'scripted', chatId: 'b' };
  const few = alerts(2, { chat: elsewhere }).map((message) => ({
    ...message,
    id: `b-${message.id}`,
  }));
  const set = await setUpDelivery([...alerts(6), ...few]);
  await runWithClock(set.clock, set.delivery.deliverDue());
  const kinds = set.platform.arrived
    .filter(({ chat }) => chat.chatId === 'b')
    .map(({ kind }) => kind);
  expect(kinds).toEqual(['raise', 'raise']);
});

test('one about to end does not end the others: it is left out', async () => {
  const [first, ...rest] = alerts(7);
  const dying = { ...(first ?? makeMessage()), severity: 3, expiresAt: NOW + 5_000 };
  const set = await setUpDelivery([dying, ...rest]);
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived.map(({ kind }) => kind).toSorted()).toEqual(['raise', 'summary']);
  expect(await set.row('summary-1')).toMatchObject({ state: 'sent', severity: 2 });
});

test('edits are not told together: they make no noise, and a muted chat must get no post', async () => {
  const set = await setUpDelivery(alerts(8, { kind: 'update', delivery: 'edit' }), {
    limits: { edits: true },
  });
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived).toEqual([]);
});

describe('while the worker runs', () => {
  test('alerts of one tick are told together as soon as it is woken', async () => {
    const set = await setUpDelivery([]);
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(5_300);
    await set.store.outbox.enqueue(alerts(9, { createdAt: set.clock.now() }));
    set.delivery.wake();
    await set.clock.advance(50);
    expect(set.platform.arrived.map(({ kind }) => kind)).toEqual(['summary']);
    stop.abort();
    await runWithClock(set.clock, running);
  });

  test('crowds are looked for at most once a second, and what is past its time likewise', async () => {
    const set = await setUpDelivery([]);
    const calls = { crowded: 0, expire: 0 };
    const { crowded, expire } = set.store.outbox;
    set.store.outbox.crowded = async (...args) => {
      calls.crowded += 1;
      return await crowded(...args);
    };
    set.store.outbox.expire = async (now) => {
      calls.expire += 1;
      return await expire(now);
    };
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    for (let step = 0; step < 100; step += 1) {
      const at = set.clock.now();
      await set.store.outbox.enqueue([
        makeMessage({ id: `m${step}`, groupId: `g${step}`, createdAt: at }),
      ]);
      set.delivery.wake();
      await set.clock.advance(50);
    }
    expect(set.platform.arrived).toHaveLength(100);
    expect(calls.crowded).toBeGreaterThanOrEqual(4);
    expect(calls.crowded).toBeLessThanOrEqual(6);
    expect(calls.expire).toBeLessThanOrEqual(6);
    stop.abort();
    await runWithClock(set.clock, running);
  });
});
