import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { initial } from '../../../src/store/migrations/initial.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Database } from '../../../src/store/schema.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import {
  CHAT,
  HOUR_MS,
  makeClaim,
  makeMessage,
  OTHER_CHAT,
  T0,
} from '../../contract/store/builders.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

const DOC: MessageDoc = { title: 'BTC: high risk', tone: 'high', blocks: [] };
const CHAT_TEXT = '["console","main",null]';
const OTHER_TEXT = '["console","other","7"]';
const LATE = T0 + HOUR_MS;

/** What a message of the first version was like: state, attempts, note, worker. */
const OLD_MESSAGES: Record<string, [string, number, string | null, string?]> = {
  fresh: ['pending', 0, null],
  refusedOnce: ['pending', 2, 'attempt 2: rate limited'],
  perhaps: ['pending', 2, 'attempt 2, perhaps arrived 1 time: no answer'],
  leftBehind: ['pending', 2, 'attempt 1: rate limited'],
  claimed: ['claimed', 1, null, 'dead'],
  sent: ['sent', 1, null],
};

/** A database as the first version left it. */
async function oldDatabase(): Promise<string> {
  const path = join(await tempFolder(), 'old.db');
  const dialect = openSqlite(path);
  const db = new Kysely<Database>({ dialect: dialect.kysely });
  await migrate(db, { '001-initial': initial(dialect) });
  await db.destroy();
  const file = new DatabaseSync(path);
  file.prepare('insert into message_docs values (?, ?)').run('d', JSON.stringify(DOC));
  const insert =
    file.prepare(`insert into outbox (id, chat_key, platform, group_id, sequence, severity,
    kind, doc_id, created_at, expires_at, state, attempts, next_attempt_at, worker, lease_until_at,
    reason, settled_at, platform_message_id)
    values (?, ?, 'console', ?, 1, 2, ?, 'd', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  for (const [id, [state, attempts, reason, worker]] of Object.entries(OLD_MESSAGES)) {
    const [settledAt, platformId] = state === 'sent' ? [T0 + 5, 'p1'] : [null, null];
    const lease = worker === undefined ? null : T0 + 10;
    insert.run(
      ...[id, id === 'sent' ? OTHER_TEXT : CHAT_TEXT, id, id === 'fresh' ? 'test' : 'raise'],
      ...[T0, LATE, state, attempts, T0, worker ?? null, lease, reason, settledAt, platformId],
    );
  }
  const subscribe = file.prepare(`insert into subscriptions values (?, ?, 'BTC', 'level:high',
    '{"kind":"level","level":"high"}', '["down"]', ?)`);
  subscribe.run('s1', CHAT_TEXT, T0);
  subscribe.run('s2', OTHER_TEXT, T0 + 1);
  file.prepare('insert into mutes values (?, ?)').run(CHAT_TEXT, LATE);
  file.prepare('insert into closed_chats values (?, ?, ?)').run(OTHER_TEXT, 'gone', T0);
  file.close();
  return path;
}

async function upgraded() {
  const store = await openStore({ url: await oldDatabase() });
  onTestFinished(() => store.close());
  return store;
}

it('a database of the first version keeps all it had', async () => {
  const { outbox, subscriptions } = await upgraded();
  const rows = [...(await outbox.ofChat(CHAT, 99)), ...(await outbox.ofChat(OTHER_CHAT, 99))];
  expect(rows).toHaveLength(Object.keys(OLD_MESSAGES).length);
  for (const row of rows) {
    const [state, attempts, reason] = OLD_MESSAGES[row.id] ?? [];
    expect(row).toEqual({
      ...makeMessage({ id: row.id, groupId: row.id, chat: row.chat, doc: DOC }),
      kind: row.id === 'fresh' ? 'test' : 'raise',
      state,
      attempts,
      nextAttemptAt: T0,
      ...(reason !== null && { reason }),
      ...(row.id === 'sent' && { settledAt: T0 + 5, platformMessageId: 'p1' }),
    });
  }
  const rule = { kind: 'level', level: 'high' };
  const mine = { id: 's1', chat: CHAT, asset: 'BTC', rule, sides: ['down'], createdAt: T0 };
  expect(await subscriptions.all()).toEqual([mine]);
  expect(await subscriptions.ofChat(OTHER_CHAT)).toMatchObject([{ id: 's2' }]);
  expect(await subscriptions.mutes(T0)).toEqual([{ chat: CHAT, until: LATE }]);
});

it('its rooms are known by their places', async () => {
  const { places, subscriptions, outbox } = await upgraded();
  expect(await places.subscriptionCount(OTHER_CHAT)).toBe(1);
  await places.enter({ platform: 'console', chatId: 'other' }, T0);
  expect(await subscriptions.all()).toHaveLength(2);
  await outbox.releaseAbandoned('console', T0);
  await places.move(CHAT, 'new', T0);
  expect((await outbox.ofChat({ ...CHAT, chatId: 'new' }, 99)).length).toBe(5);
  expect((await subscriptions.mutes(T0))[0]?.chat.chatId).toBe('new');
  const rooms = await outbox.claim(makeClaim({ onePer: 'place', except: ['["console","new"]'] }));
  expect(rooms).toEqual([]);
});

it('what it had begun to send is not taken for unsent', async () => {
  const { outbox } = await upgraded();
  expect(await outbox.crowded('console', T0, 1, 9)).toMatchObject([[{ id: 'refusedOnce' }]]);
  await outbox.expire(LATE);
  const rows = (await outbox.ofChat(CHAT, 99)).map(({ id, state }) => [id, state]);
  expect(Object.fromEntries(rows)).toEqual({
    fresh: 'expired',
    refusedOnce: 'expired',
    perhaps: 'unverified',
    leftBehind: 'unverified',
    claimed: 'unverified',
  });
});

it('what was claimed is due again, its attempt counted', async () => {
  const { outbox } = await upgraded();
  expect(await outbox.releaseAbandoned('console', T0)).toBe(1);
  const rows = await outbox.ofChat(CHAT, 99);
  expect(rows.find(({ id }) => id === 'claimed')).toMatchObject({ state: 'pending', attempts: 1 });
});
