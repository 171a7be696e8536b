import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { OutboxState } from '../../../src/store/store.ts';

/** A row of the outbox, past the program's own code. */
export interface StoredDelivery {
  id: string;
  platform: string;
  /** `<chat>` or `<chat>/<thread>`. */
  chat: string;
  groupId: string;
  sequence: number;
  severity: number;
  kind: string;
  delivery: 'post' | 'edit-or-post' | 'edit' | 'retire';
  state: OutboxState;
  /** Unsettled, and it may have arrived: being sent, or an attempt without an answer. */
  inDoubt: boolean;
  /** Of the program's clock, from its making until it was settled; absent before. */
  lastedMs?: number;
  platformMessageId?: string;
  title: string;
}

export interface StoredChats {
  deliveries: StoredDelivery[];
  /** Chats with subscriptions, and those that are closed: as `chat`. */
  subscribed: string[];
  closed: string[];
  /** How far Telegram's updates are dealt with. */
  position: number;
  integrity: string;
}

export function isSettled({ state }: Pick<StoredDelivery, 'state'>): boolean {
  return state !== 'pending' && state !== 'claimed';
}

export function readChats(path: string): StoredChats {
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    const all = (sql: string) => database.prepare(sql).all();
    return {
      deliveries: all(
        'select d.doc_json, o.* from outbox o join message_docs d on d.id = o.doc_id order by o.created_at, o.sequence',
      ).map(deliveryOf),
      subscribed: all('select distinct chat_key from subscriptions order by 1').map(chatOf),
      closed: all('select chat_key from closed_chats order by 1').map(chatOf),
      position: Number(all('select position from inbound_positions')[0]?.['position'] ?? 0),
      integrity: String(all('pragma integrity_check')[0]?.['integrity_check']),
    };
  } finally {
    database.close();
  }
}

/** On a copy, so that the next life finds the file and its log as the dead one left them. */
export async function readDeadChats(path: string): Promise<StoredChats> {
  const copy = `${path}.copy`;
  await copyFile(path, copy);
  // A process that was stopped leaves no log.
  if (existsSync(`${path}-wal`)) await copyFile(`${path}-wal`, `${copy}-wal`);
  return readChats(copy);
}

function deliveryOf(row: Record<string, unknown>): StoredDelivery {
  const doc = JSON.parse(String(row['doc_json']));
  const platformMessageId = row['platform_message_id'];
  const settledAt = row['settled_at'];
  return {
    id: String(row['id']),
    platform: String(row['platform']),
    chat: chatOf(row),
    groupId: String(row['group_id']),
    sequence: Number(row['sequence']),
    severity: Number(row['severity']),
    kind: String(row['kind']),
    delivery: (row['delivery'] ?? 'post') as StoredDelivery['delivery'],
    state: String(row['state']) as OutboxState,
    inDoubt: row['settled_at'] === null && row['uncertain'] !== 0,
    title: String(doc.title),
    ...(settledAt === null ? {} : { lastedMs: Number(settledAt) - Number(row['created_at']) }),
    ...(platformMessageId === null ? {} : { platformMessageId: String(platformMessageId) }),
  };
}

function chatOf({ chat_key }: Record<string, unknown>): string {
  const [, chatId, thread] = JSON.parse(String(chat_key));
  return thread === null ? String(chatId) : `${chatId}/${thread}`;
}
