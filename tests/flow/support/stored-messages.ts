import { DatabaseSync } from 'node:sqlite';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { OutboxState } from '../../../src/store/store.ts';

export interface StoredMessage {
  id: string;
  groupId: string;
  sequence: number;
  severity: number;
  kind: string;
  state: OutboxState;
  /** Times it was handed to the platform; a claim alone is none. */
  attempts: number;
  /** Epoch ms of the market. */
  createdAt: number;
  /** The platform's name of the message it became or changed. */
  platformMessageId?: string;
  doc: MessageDoc;
}

export interface StoredFacts {
  messages: StoredMessage[];
  /** `<asset> <rule>` of each subscription. */
  subscriptions: string[];
  /** `<rule> <asset> <side> <incident>` of each open incident. */
  incidents: string[];
  /** What SQLite itself says of the file: `ok`. */
  integrity: string;
}

/** What the database of a running or dead process holds, past the program's own code. */
export function readStored(path: string): StoredFacts {
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    const all = (sql: string) => database.prepare(sql).all();
    return {
      messages: all(
        'select d.doc_json, o.* from outbox o join message_docs d on d.id = o.doc_id',
      ).map((row) => ({
        ...messageOf(row),
        doc: JSON.parse(String(row['doc_json'])) as MessageDoc,
      })),
      subscriptions: all('select asset, rule_key from subscriptions order by 1, 2').map(
        (row) => `${row['asset']} ${row['rule_key']}`,
      ),
      incidents: all('select state_json from alert_states').flatMap((row) => {
        const { ruleKey, asset, side, incident } = JSON.parse(String(row['state_json']));
        return incident === undefined ? [] : [`${ruleKey} ${asset} ${side} ${incident.id}`];
      }),
      integrity: String(all('pragma integrity_check')[0]?.['integrity_check']),
    };
  } finally {
    database.close();
  }
}

function messageOf(row: Record<string, unknown>): Omit<StoredMessage, 'doc'> {
  return {
    id: String(row['id']),
    groupId: String(row['group_id']),
    sequence: Number(row['sequence']),
    severity: Number(row['severity']),
    kind: String(row['kind']),
    state: String(row['state']) as OutboxState,
    attempts: Number(row['attempts']),
    createdAt: Number(row['created_at']),
    ...(row['platform_message_id'] === null
      ? {}
      : { platformMessageId: String(row['platform_message_id']) }),
  };
}
