import { putNewest } from '../put-newest.ts';

/** What somebody may use up within a minute, and gets back evenly: a token bucket for each key. */
export interface Allowances {
  /**
   * ms until there is something to use again; undefined: there is now. `told` is true from the
   * second question on, while the answer is to wait.
   */
  wait(key: string, now: number): { waitMs: number; told: boolean } | undefined;
  /** Takes `amount`, even when less is left: the debt is worked off first. */
  spend(key: string, amount: number, now: number): void;
  /** Buckets held in memory. */
  size(): number;
}

interface Bucket {
  left: number;
  /** As of when, epoch ms. */
  at: number;
  /** Used up: closed until some of it has come back, not only the next bit. */
  shut: boolean;
  told: boolean;
}

const MINUTE_MS = 60_000;
/** What has to be back before it opens again: else a flood would get an answer with every bit. */
const REOPEN_FRACTION = 0.25;
const MOST_KEYS = 10_000;
/** Sums of small parts fall short of the whole by less. */
const ROUNDING = 1e-6;

/**
 * `perMinute` at once at most, and per minute in the long run; less than 1 counts as 1. The buckets
 * used last are kept, `mostKeys` of them: what is forgotten begins anew. Pure: time is handed in
 * and never goes back.
 */
export function createAllowances(perMinute: number, mostKeys = MOST_KEYS): Allowances {
  const capacity = Math.max(1, perMinute);
  const reopenAt = Math.max(1, capacity * REOPEN_FRACTION);
  const perMs = capacity / MINUTE_MS;
  const buckets = new Map<string, Bucket>();

  function bucketAt(key: string, now: number): Bucket {
    const known = buckets.get(key);
    const bucket = known ?? { left: capacity, at: now, shut: false, told: false };
    bucket.left = Math.min(capacity, bucket.left + (now - bucket.at) * perMs);
    bucket.at = now;
    if (bucket.left < 1 - ROUNDING) bucket.shut = true;
    else if (bucket.left >= reopenAt - ROUNDING) {
      bucket.shut = false;
      bucket.told = false;
    }
    putNewest(buckets, key, bucket, mostKeys);
    return bucket;
  }

  return {
    wait(key, now) {
      const bucket = bucketAt(key, now);
      if (!bucket.shut) return undefined;
      const { told } = bucket;
      bucket.told = true;
      return { waitMs: Math.ceil((reopenAt - bucket.left) / perMs), told };
    },
    spend(key, amount, now) {
      const bucket = bucketAt(key, now);
      // A debt of more than a minute would punish for what one slow command cost.
      bucket.left = Math.max(-capacity, bucket.left - amount);
    },
    size: () => buckets.size,
  };
}
