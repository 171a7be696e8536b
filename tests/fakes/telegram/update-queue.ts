import { type ApiCall, integerArg, parseJson, textArg } from './api-call.ts';
import { Refusal } from './refusal.ts';

export interface Update {
  id: number;
  /** Epoch ms. */
  at: number;
  body: Record<string, unknown>;
}

export interface UpdateQueue {
  /** Gives the update's id, or undefined when its kind is not allowed. */
  push(kind: string, payload: object): number | undefined;
  pushRaw(raw: object): void;
  allow(call: ApiCall): void;
  allowed(): string[] | undefined;
  pending(): readonly Update[];
  confirm(updateId: number): void;
  clear(): void;
  /** getUpdates; `gone` says that the caller hung up. */
  poll(call: ApiCall, gone: AbortSignal): Promise<object[]>;
  /** Ends the poll held. */
  displace(refusal: Refusal): void;
  close(): void;
}

const DEFAULT_KINDS = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_join_request',
];
const ON_REQUEST_KINDS = ['chat_member', 'message_reaction', 'message_reaction_count'];
const KEPT_MS = 24 * 3600 * 1000;
const HELD_MAX_S = 50;
const CONFLICT_MS = 3000;
const FIRST_UPDATE_ID = 700_000_001;

const DISPLACED =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

interface Held {
  limit: number;
  resolve(updates: object[]): void;
  reject(error: Refusal): void;
}

/**
 * Waiting updates and the long poll. `repeatHoldMs`: real milliseconds by which a second conflict
 * within 3 s is answered late (the platform: 3000).
 */
export function createUpdateQueue(now: () => number, repeatHoldMs: number): UpdateQueue {
  let allowed: string[] | undefined;
  let updates: Update[] = [];
  let lastId = FIRST_UPDATE_ID - 1;
  let held: Held | undefined;
  let lastConflictAt = Number.NEGATIVE_INFINITY;

  function add(body: (id: number) => Record<string, unknown>): number {
    lastId += 1;
    updates.push({ id: lastId, at: now(), body: body(lastId) });
    const waiting = held;
    held = undefined;
    waiting?.resolve(bodies(waiting.limit));
    return lastId;
  }

  function bodies(limit: number): object[] {
    return updates.slice(0, limit).map(({ body }) => body);
  }

  function forgetOld(): void {
    updates = updates.filter(({ at }) => now() - at < KEPT_MS);
  }

  /** Positive: confirms what is before it; one far in the future counts as none. Negative: the last ones. */
  function applyOffset(offset: number): void {
    if (offset < 0) updates = updates.slice(offset);
    else if (offset <= lastId + 10) updates = updates.filter(({ id }) => id >= offset);
  }

  function displace(refusal: Refusal): void {
    const waiting = held;
    held = undefined;
    if (waiting === undefined) return;
    const late = now() - lastConflictAt < CONFLICT_MS;
    if (!late) lastConflictAt = now();
    if (late && repeatHoldMs > 0) setTimeout(() => waiting.reject(refusal), repeatHoldMs).unref();
    else waiting.reject(refusal);
  }

  return {
    push(kind, payload) {
      if (!(allowed ?? DEFAULT_KINDS).includes(kind)) return undefined;
      return add((id) => ({ update_id: id, [kind]: payload }));
    },
    pushRaw(raw) {
      add((id) => ({ update_id: id, ...raw }));
    },
    /** Absent or unreadable: stays as it was. An empty list: the default kinds. */
    allow(call) {
      const kinds = parseJson(textArg(call, 'allowed_updates'));
      if (!Array.isArray(kinds) || kinds.some((kind) => typeof kind !== 'string')) return;
      const names = kinds.map((kind: string) => kind.toLowerCase());
      const known = [...DEFAULT_KINDS, ...ON_REQUEST_KINDS].filter((kind) => names.includes(kind));
      allowed = known.length === 0 ? undefined : known;
    },
    allowed: () => allowed,
    pending() {
      forgetOld();
      return updates;
    },
    confirm(updateId) {
      updates = updates.filter(({ id }) => id !== updateId);
    },
    clear() {
      updates = [];
    },
    poll(call, gone) {
      const limit = Math.min(Math.max(integerArg(call, 'limit', 100), 1), 100);
      const timeoutS = Math.min(Math.max(integerArg(call, 'timeout'), 0), HELD_MAX_S);
      forgetOld();
      applyOffset(integerArg(call, 'offset'));
      if (updates.length > 0 || timeoutS === 0) return Promise.resolve(bodies(limit));
      displace(new Refusal(409, DISPLACED));
      return new Promise((resolve, reject) => {
        const mine: Held = { limit, resolve, reject };
        held = mine;
        const giveUp = () => {
          if (held === mine) held = undefined;
          resolve([]);
        };
        setTimeout(giveUp, timeoutS * 1000).unref();
        gone.addEventListener('abort', giveUp);
      });
    },
    displace,
    close() {
      held?.resolve([]);
      held = undefined;
    },
  };
}
