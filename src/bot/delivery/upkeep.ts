import { describeSummary } from '../../alerts/describe-summary.ts';
import type { OutgoingMessage } from '../../alerts/model.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { OutboxRow, OutboxStore } from '../../store/store.ts';
import type { DeliverySettings } from './settings.ts';

export interface UpkeepParts {
  outbox: Pick<OutboxStore, 'expire' | 'crowded' | 'summarise'>;
  platformId: string;
  clock: Clock;
  wireClock: Clock;
  /** A fresh message id of at most 25 characters with each call. */
  nextId(): string;
  log: Logger;
  settings: Pick<DeliverySettings, 'upkeepMs' | 'crowdedFrom' | 'crowdedRooms'>;
}

export interface Upkeep {
  /** Does what is due: expiry, summaries of crowded rooms. Throws the store's errors. */
  run(): Promise<void>;
  /** There may be new messages: the next run looks for crowded rooms. */
  expectMessages(): void;
  /** The next run comes at once, however short the last one is ago. */
  hurry(): void;
}

/** One that ends sooner is left to itself: it must not drag a whole summary with it. */
const LEAST_LEFT_MS = 60_000;

/** What is done to the waiting messages before some are claimed, at most once every `upkeepMs`. */
export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { outbox, platformId, clock, wireClock, settings } = parts;
  let expireAt = 0;
  let crowdedAt = 0;
  let mayBeCrowded = true;

  async function summariseCrowded(): Promise<void> {
    const { crowdedFrom, crowdedRooms } = settings;
    const now = clock.now();
    const rooms = await outbox.crowded(platformId, now, crowdedFrom, crowdedRooms);
    for (const room of rooms) {
      const merged = room.filter((row) => isMergeable(row, now));
      if (merged.length < crowdedFrom) continue;
      const summary = summaryOf(merged, parts.nextId());
      const ids = merged.map(({ id }) => id);
      const reason = `told in one summary of ${ids.length} alerts that waited for this chat`;
      if (!(await outbox.summarise(ids, summary, reason, now))) continue;
      parts.log.info({ message: summary.id, alerts: ids.length }, 'alerts told in one summary');
    }
  }

  return {
    async run() {
      const now = wireClock.now();
      if (now >= expireAt) {
        await outbox.expire(clock.now());
        expireAt = now + settings.upkeepMs;
      }
      if (mayBeCrowded && now >= crowdedAt) {
        mayBeCrowded = false;
        crowdedAt = now + settings.upkeepMs;
        await summariseCrowded();
      }
    },
    expectMessages() {
      mayBeCrowded = true;
    },
    hurry() {
      expireAt = 0;
      crowdedAt = 0;
      mayBeCrowded = true;
    },
  };
}

/** Edits make no noise and replace each other: only posts are told together. */
function isMergeable({ delivery, expiresAt }: OutboxRow, now: number): boolean {
  return delivery === undefined && expiresAt - now >= LEAST_LEFT_MS;
}

/**
 * As urgent as the worst in it and as old as the oldest, so that its turn comes no later than
 * theirs would have. With critical alerts in it, it ends with the first of these: what
 * it says must still be true. Without, with the last of all: each line says when it was written.
 */
function summaryOf(merged: readonly OutboxRow[], id: string): OutgoingMessage {
  const critical = merged.filter(({ severity }) => severity >= 3);
  const expiresAt =
    critical.length > 0
      ? Math.min(...critical.map((row) => row.expiresAt))
      : Math.max(...merged.map((row) => row.expiresAt));
  const [first] = merged;
  if (first === undefined) throw new RangeError('a summary of no messages');
  return {
    id,
    chat: first.chat,
    groupId: `summary-${id}`,
    sequence: 1,
    severity: Math.max(...merged.map(({ severity }) => severity)),
    kind: 'summary',
    doc: describeSummary(merged),
    createdAt: Math.min(...merged.map(({ createdAt }) => createdAt)),
    expiresAt,
  };
}
