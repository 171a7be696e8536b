import { expect, test } from 'vitest';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { deliveryLine } from '../../../src/bot/answers/delivery-text.ts';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { deliveriesCommand } from '../../../src/bot/commands/deliveries.ts';
import { writeNote } from '../../../src/bot/delivery/attempt-note.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { OutboxRow, OutboxState } from '../../../src/store/store.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const CHAT = { platform: 'scripted', chatId: 'a' };

async function open() {
  const store = await openTempStore();
  const context: CommandContext = {
    chat: CHAT,
    now: () => NOW,
    store,
    status: async () => makeStatus(),
    commands: [],
    settings: {
      maxSubscriptionsPerChat: 4,
      maxSubscriptionsPerPlace: 6,
      defaultAssets: [assetId('BTC')],
    },
    nextId: () => 'id',
  };
  const lines = async () =>
    linesOf(await deliveriesCommand.run(context, parseText(deliveriesCommand, '')));
  return { store, lines };
}

function row(overrides: Partial<OutboxRow>): OutboxRow {
  return { ...makeMessage(), state: 'sent', attempts: 1, nextAttemptAt: 0, ...overrides };
}

const message = (minute: number, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage => {
  const createdAt = NOW - 3_600_000 + minute * 60_000;
  return makeMessage({
    id: `m${minute}`,
    groupId: `g${minute}`,
    createdAt,
    expiresAt: NOW + 3_600_000,
    ...overrides,
  });
};

function note(attempts: number, uncertain: number, reason: string): string {
  const since = uncertain === 0 ? {} : { uncertainSince: NOW };
  return writeNote(attempts, { uncertain, perhapsChanged: false, moves: 0, ...since }, reason);
}

test('a chat to which nothing was sent is told how to try it', async () => {
  const { lines } = await open();
  expect(await lines()).toEqual([
    'Last messages for this chat, newest first',
    'Nothing has been sent to this chat lately. /test sends a test alert.',
  ]);
});

test('the last twelve messages of this chat are listed, newest first, answers only counted', async () => {
  const { store, lines } = await open();
  const messages = Array.from({ length: 15 }, (_, minute) => message(minute));
  const replies = Array.from({ length: 3 }, (_, index) =>
    message(20 + index, { kind: 'reply', severity: 0 }),
  );
  const update = message(30, { kind: 'update', delivery: 'edit-or-post' });
  const elsewhere = message(31, { chat: { ...CHAT, thread: 'other' } });
  await store.outbox.enqueue([...messages, ...replies, update, elsewhere]);
  const [, ...listed] = await lines();
  expect(listed).toHaveLength(13);
  expect(listed[0]).toBe(
    '2026-01-01 11:14 UTC, warning: ETH down 72/100 high (waiting to be sent)',
  );
  expect(listed[11]).toContain('11:03 UTC');
  expect(listed[12]).toBe('Not listed: 3 answers, 1 change of a message.');
});

test('a muted chat is reminded that it is', async () => {
  const { store, lines } = await open();
  await store.subscriptions.mute(CHAT, NOW + 3_600_000);
  expect((await lines()).at(-1)).toContain('Muted for 1 h');
});

test.each<[OutboxState, string | undefined, string]>([
  ['pending', undefined, '(waiting to be sent)'],
  ['pending', note(3, 0, 'the platform is away'), '(waiting to be sent: the platform is away)'],
  ['claimed', undefined, '(being sent)'],
  ['sent', undefined, '(arrived)'],
  ['refused', 'the bot was removed', '(refused: the bot was removed)'],
  ['expired', undefined, '(not sent in time, so no longer true)'],
  [
    'superseded',
    'part of a summary',
    '(not sent, as something newer replaced it: part of a summary)',
  ],
  ['unverified', note(2, 1, 'no answer'), '(may have arrived, perhaps twice: no answer)'],
])('%s with reason %j reads %s', (state, reason, text) => {
  const line = deliveryLine(row({ state, ...(reason === undefined ? {} : { reason }) }), false);
  expect(line).toBe(`2026-01-01 00:00 UTC, warning: ETH down 72/100 high ${text}`);
});

test('reasons and titles from outside stay short and on one line', () => {
  const evil = `\u202e\u0007<b>\n${'x'.repeat(9_000)}`;
  const line = deliveryLine(
    row({ state: 'refused', reason: evil, doc: makeDoc({ title: evil }) }),
    false,
  );
  expect(line.length).toBeLessThan(300);
  expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('a message that changed the one before it says so, one that was posted anew arrived', async () => {
  const { store, lines } = await open();
  const doc: MessageDoc = makeDoc();
  const incident = { groupId: 'incident', doc };
  const first = message(1, { ...incident, sequence: 1 });
  await store.outbox.enqueue([first]);
  await sendAll('p1');
  await store.outbox.enqueue([
    message(2, { ...incident, sequence: 2, kind: 'repeat', delivery: 'edit-or-post' }),
  ]);
  await sendAll('p1');
  await store.outbox.enqueue([
    message(3, { ...incident, sequence: 3, kind: 'repeat', delivery: 'edit-or-post' }),
  ]);
  await sendAll('p2');
  const [, ...listed] = await lines();
  expect(listed.map((line) => /\((.*)\)$/.exec(line)?.[1])).toEqual([
    'arrived',
    'changed the message before it',
    'arrived',
  ]);

  async function sendAll(platformMessageId: string): Promise<void> {
    const rows = await store.outbox.claim({
      platform: 'scripted',
      worker: 'w',
      now: NOW,
      leaseUntil: NOW + 60_000,
      limit: 10,
      lane: 'alerts',
      onePer: 'room',
      except: [],
    });
    expect(rows).toHaveLength(1);
    for (const { id } of rows) {
      await store.outbox.settle(id, 'w', { state: 'sent', platformMessageId }, NOW);
    }
  }
});
