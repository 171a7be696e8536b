import { DatabaseSync } from 'node:sqlite';
import type { BurstArrival } from './burst-stage.ts';

/** A message of the outbox after a burst, with when it stood on the platform. */
export interface BurstRow {
  id: string;
  chatKey: string;
  placeKey: string;
  severity: number;
  kind: string;
  state: string;
  attempts: number;
  /** Virtual epoch ms; `arrivedAt` absent: it is not there. */
  createdAt: number;
  arrivedAt?: number;
  text?: string;
  /** How often it stands there. */
  copies: number;
  reason?: string;
  /** `<chat>/<message>` on the platform; its own id when it is not there. */
  place: string;
}

/** What the database holds, past the program's own code. */
export function readBurst(file: string): BurstRow[] {
  const database = new DatabaseSync(file);
  try {
    return database
      .prepare('select * from outbox')
      .all()
      .map((row) => {
        const [platform, chatId, thread] = JSON.parse(String(row['chat_key'])) as string[];
        const where = platform === 'discord' ? (thread ?? chatId) : chatId;
        const messageId = String(row['platform_message_id'] ?? '').replace(/^[a-z]+/, '');
        return {
          id: String(row['id']),
          chatKey: String(row['chat_key']),
          placeKey: String(row['place_key']),
          severity: Number(row['severity']),
          kind: String(row['kind']),
          state: String(row['state']),
          attempts: Number(row['attempts']),
          createdAt: Number(row['created_at']),
          copies: 0,
          place: messageId === '' ? String(row['id']) : `${where}/${messageId}`,
          ...(row['reason'] === null ? {} : { reason: String(row['reason']) }),
        };
      });
  } finally {
    database.close();
  }
}

/** In order of arrival; what never arrived comes last. Throws for an arrival nobody stored. */
export function joinArrivals(
  rows: readonly BurstRow[],
  arrivals: readonly BurstArrival[],
): BurstRow[] {
  const byPlace = new Map(rows.map((row) => [row.place, { ...row }]));
  if (byPlace.size !== rows.length) throw new Error('two messages became the same one');
  for (const { chatId, messageId, at, text } of arrivals) {
    const row = byPlace.get(`${chatId}/${messageId}`);
    if (row === undefined) throw new Error(`nobody stored what stands at ${chatId}/${messageId}`);
    row.copies += 1;
    row.arrivedAt = at;
    row.text = text;
  }
  const last = Number.POSITIVE_INFINITY;
  return [...byPlace.values()].sort((a, b) => (a.arrivedAt ?? last) - (b.arrivedAt ?? last));
}
