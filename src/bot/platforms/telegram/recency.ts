import { z } from 'zod';

/** Older presses may not be meant any more. */
const RECENT_MS = 120_000;

const infoSchema = z.object({
  pending_update_count: z.number(),
  /** Epoch s. */
  last_error_date: z.number().optional(),
});

/** What proves that an update pushed by Telegram did not wait long; times are epoch ms by its clock. */
export interface Recency {
  /** Certainly at most two minutes old? */
  isRecent(id: number): boolean;
  /** An update was received; `sentAt` where it has a time of its own. */
  received(id: number, sentAt: number | undefined): void;
  /** An update was confirmed. */
  accepted(): void;
  /** The answer to a getWebhookInfo that was asked at `askedAt`. */
  looked(info: unknown, askedAt: number): void;
}

/**
 * Numbers rise with time, so what is numbered after a message came after it; and what comes after
 * nothing was waiting was not waiting then.
 */
export function createRecency(serverNow: () => number): Recency {
  let dated = { id: 0, at: Number.NEGATIVE_INFINITY };
  let emptyAt = Number.NEGATIVE_INFINITY;
  let acceptedAt = Number.NEGATIVE_INFINITY;
  const isLate = (at: number) => serverNow() - at > RECENT_MS;
  return {
    isRecent: (id) => !isLate(emptyAt) || (id > dated.id && !isLate(dated.at)),
    received(id, sentAt) {
      if (sentAt !== undefined && sentAt > dated.at) dated = { id, at: sentAt };
    },
    accepted() {
      acceptedAt = serverNow();
    },
    looked(info, askedAt) {
      const { data } = infoSchema.safeParse(info);
      if (data === undefined || data.pending_update_count > 0) return;
      // Something could not be delivered, and nothing has come through since.
      if ((data.last_error_date ?? 0) * 1000 > acceptedAt && data.last_error_date !== undefined)
        return;
      emptyAt = askedAt;
    },
  };
}
