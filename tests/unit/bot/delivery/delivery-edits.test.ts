import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../../src/alerts/model.ts';
import { makeMessage } from '../../../fakes/make-message.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { SENT } from '../../../fakes/scripted-platform.ts';
import { answers, type DeliverySetup, setUpDelivery } from './set-up-delivery.ts';

const EDITS = { edits: true };
const GONE = answers({ kind: 'gone', reason: 'message to edit not found' });
const LOST = answers({ kind: 'unknown', reason: 'connection lost' }, true);

function later(
  id: string,
  sequence: number,
  delivery?: OutgoingMessage['delivery'],
  overrides: Partial<OutgoingMessage> = {},
): OutgoingMessage {
  const kind = delivery === undefined ? 'escalate' : 'repeat';
  return makeMessage({
    id,
    sequence,
    kind,
    ...(delivery === undefined ? {} : { delivery }),
    ...overrides,
  });
}

/** The raise has been delivered; then these are committed and delivered. */
async function afterRaise(set: DeliverySetup, messages: readonly OutgoingMessage[]): Promise<void> {
  await runWithClock(set.clock, set.delivery.deliverDue());
  await set.store.alerts.commit({ states: [], messages });
  await runWithClock(set.clock, set.delivery.deliverDue());
}

test('a repeat changes the message that stands in the chat', async () => {
  const set = await setUpDelivery([makeMessage()], { limits: EDITS });
  await afterRaise(set, [later('u', 2, 'edit-or-post')]);
  expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m1']);
  expect(set.platform.edited).toMatchObject([{ id: 'u', editOf: 'p-m1' }]);
  expect(await set.row('u')).toMatchObject({ state: 'sent', platformMessageId: 'p-m1' });
});

test('an escalation is a post that answers the message before, which is then marked as over', async () => {
  const set = await setUpDelivery([makeMessage()], { limits: EDITS });
  await afterRaise(set, [later('post', 2), later('retire', 2, 'retire', { kind: 'escalate' })]);
  expect(set.platform.arrived.at(-1)).toMatchObject({ id: 'post', replyTo: 'p-m1' });
  expect(set.platform.edited).toMatchObject([{ id: 'retire', editOf: 'p-m1' }]);
  expect(set.platform.attempts.map(({ id }) => id)).toEqual(['m1', 'post', 'retire']);
});

describe('a repeat of a worse level than any that was posted', () => {
  const worse = (overrides: Partial<OutgoingMessage> = {}) =>
    later('worse', 3, 'edit-or-post', { severity: 3, ...overrides });

  /** Raised as high; then muted, it became critical, which the message shows; then unmuted. */
  async function told(set: DeliverySetup, message: OutgoingMessage): Promise<void> {
    await afterRaise(set, [later('silent', 2, 'edit', { kind: 'escalate', severity: 0 })]);
    await set.store.alerts.commit({ states: [], messages: [message] });
    await runWithClock(set.clock, set.delivery.deliverDue());
  }

  test('is posted with its sound, and what stood there is marked as over', async () => {
    const set = await setUpDelivery([makeMessage()], { limits: EDITS });
    await told(set, worse());
    const posts = set.platform.arrived.map(({ id, silent, replyTo }) => ({ id, silent, replyTo }));
    expect(posts.at(-1)).toEqual({ id: 'worse', silent: false, replyTo: 'p-m1' });
    expect(set.platform.edited.map(({ id, editOf }) => [id, editOf])).toEqual([
      ['silent', 'p-m1'],
      ['summary-1', 'p-m1'],
    ]);
    expect(set.platform.edited.at(-1)?.doc.blocks).toEqual([
      { kind: 'text', text: expect.stringContaining('See the newer message') },
    ]);
    expect(await set.row('worse')).toMatchObject({ state: 'sent', platformMessageId: 'p-worse' });
  });

  test('rings once: what follows at that level changes the new message', async () => {
    const set = await setUpDelivery([makeMessage()], { limits: EDITS });
    await told(set, worse());
    await set.store.alerts.commit({
      states: [],
      messages: [later('next', 4, 'edit-or-post', { severity: 3 })],
    });
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m1', 'worse']);
    expect(set.platform.edited.at(-1)).toMatchObject({ id: 'next', editOf: 'p-worse' });
  });

  test('that is not sent leaves what stands there as it is', async () => {
    const set = await setUpDelivery([makeMessage()], {
      limits: EDITS,
      next: ({ id }) =>
        id === 'worse' ? answers({ kind: 'refused', reason: 'too long', closeChat: false }) : SENT,
    });
    await told(set, worse());
    expect(await set.state('worse')).toBe('refused');
    expect(set.platform.edited.map(({ id }) => id)).toEqual(['silent']);
  });

  test('marks the message before even when the database was away after the post', async () => {
    const set = await setUpDelivery([makeMessage()], {
      limits: EDITS,
      next: ({ id }) => {
        if (id === 'worse') set.outage.on = true;
        return SENT;
      },
    });
    set.outage.except = ['claim', 'expire', 'crowded'];
    await afterRaise(set, []);
    await set.store.alerts.commit({ states: [], messages: [worse()] });
    await expect(runWithClock(set.clock, set.delivery.deliverDue())).rejects.toThrow('disk full');
    expect(await set.state('worse')).toBe('claimed');
    set.outage.on = false;
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m1', 'worse']);
    expect(set.platform.edited).toMatchObject([{ id: 'summary-1', editOf: 'p-m1' }]);
    expect(await set.state('worse')).toBe('sent');
  });

  test('as loud as the warning stays an edit', async () => {
    const set = await setUpDelivery([makeMessage({ severity: 3 })], { limits: EDITS });
    await told(set, worse());
    expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m1']);
    expect(set.platform.edited.at(-1)).toMatchObject({ id: 'worse', editOf: 'p-m1' });
  });
});

test('an answer is posted as an answer to the question', async () => {
  const reply = makeMessage({ id: 'r', kind: 'reply', replyTo: '77', severity: 0 });
  const set = await setUpDelivery([reply], { limits: EDITS });
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived).toMatchObject([{ id: 'r', replyTo: '77', silent: true }]);
});

describe('where the message to be changed is gone', () => {
  const next = ({ editOf }: { editOf?: string }) => (editOf === undefined ? SENT : GONE);

  test('edit-or-post posts within the same attempt, at the pace of the chat', async () => {
    const set = await setUpDelivery([makeMessage()], {
      next,
      limits: { ...EDITS, perChatIntervalMs: 1_000 },
    });
    await afterRaise(set, [later('u', 2, 'edit-or-post')]);
    expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m1', 'u']);
    expect(await set.row('u')).toMatchObject({
      state: 'sent',
      platformMessageId: 'p-u',
      attempts: 1,
    });
    const [, edit, post] = set.starts;
    expect((post?.at ?? 0) - (edit?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test.each(['edit', 'retire'] as const)(
    '%s ends superseded, and nothing is posted',
    async (how) => {
      const set = await setUpDelivery([makeMessage()], { next, limits: EDITS });
      await afterRaise(set, [later('u', 2, how)]);
      expect(set.platform.arrived).toHaveLength(1);
      expect(await set.row('u')).toMatchObject({
        state: 'superseded',
        reason: expect.stringContaining('not found'),
      });
    },
  );

  test('a post that may have been made before is not made a third time', async () => {
    let lost = 0;
    const set = await setUpDelivery([makeMessage()], {
      next: ({ id, editOf }) => {
        if (id !== 'u') return SENT;
        if (editOf !== undefined) return GONE;
        lost += 1;
        return LOST;
      },
      limits: EDITS,
    });
    await afterRaise(set, [later('u', 2, 'edit-or-post')]);
    for (let round = 0; round < 4; round += 1) {
      await set.clock.advance(60_000);
      await runWithClock(set.clock, set.delivery.deliverDue());
    }
    expect(lost).toBe(2);
    expect(await set.state('u')).toBe('unverified');
  });
});

describe('where nothing has been posted yet', () => {
  test('edit-or-post is posted, edit and retire do nothing and ask nothing of the platform', async () => {
    const set = await setUpDelivery(
      [
        later('u', 2, 'edit-or-post', { groupId: 'g1' }),
        later('e', 2, 'edit', { groupId: 'g2' }),
        later('r', 2, 'retire', { groupId: 'g3' }),
      ],
      { limits: EDITS },
    );
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.attempts.map(({ id }) => id)).toEqual(['u']);
    for (const id of ['e', 'r']) {
      const row = await set.row(id);
      expect(row).toMatchObject({ state: 'superseded', attempts: 0 });
      expect(row?.reason).toMatch(/\S/);
    }
  });
});

test('a platform that cannot edit gets posts only', async () => {
  const set = await setUpDelivery([makeMessage()]);
  await afterRaise(set, [
    later('u', 2, 'edit-or-post'),
    later('e', 3, 'edit', { groupId: 'g2' }),
    later('r', 3, 'retire'),
  ]);
  expect(set.platform.attempts.map(({ id }) => id)).toEqual(['m1', 'u']);
  expect(set.platform.edited).toEqual([]);
  expect([await set.state('e'), await set.state('r')]).toEqual(['superseded', 'superseded']);
});

describe('an edit whose answer was lost', () => {
  test('is made again, however mild it is, and ends as sent', async () => {
    const set = await setUpDelivery([makeMessage()], {
      next: ({ id }, attempt) => (id === 'u' && attempt < 4 ? LOST : SENT),
      limits: EDITS,
    });
    await afterRaise(set, [later('u', 2, 'edit-or-post', { severity: 0 })]);
    for (let round = 0; round < 4; round += 1) {
      await set.clock.advance(60_000);
      await runWithClock(set.clock, set.delivery.deliverDue());
    }
    expect(set.platform.edited).toHaveLength(4);
    expect(set.platform.arrived).toHaveLength(1);
    expect(await set.row('u')).toMatchObject({ state: 'sent', platformMessageId: 'p-m1' });
  });

  test('gives way to a newer one', async () => {
    const set = await setUpDelivery([makeMessage()], {
      next: ({ id }) => (id === 'u2' ? LOST : SENT),
      limits: EDITS,
    });
    await afterRaise(set, [later('u2', 2, 'edit-or-post')]);
    await set.store.alerts.commit({ states: [], messages: [later('u3', 3, 'edit-or-post')] });
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.edited.at(-1)).toMatchObject({ id: 'u3', editOf: 'p-m1' });
    expect([await set.state('u2'), await set.state('u3')]).toEqual(['superseded', 'sent']);
  });
});
