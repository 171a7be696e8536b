import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import {
  type ClaimRequest,
  chatKey,
  type FinalState,
  type OutboxState,
  placeKey,
} from '../../../src/store/store.ts';

interface Entry {
  message: OutgoingMessage;
  state: OutboxState;
  worker: string;
  leaseUntil: number;
  nextAttemptAt: number;
  attempts: number;
  begun: boolean;
  /**
   * `arrived`: begun, and nobody has said since that it did not arrive. `changed`: an edit that may
   * have been made, which gives way to newer ones all the same.
   */
  perhaps?: 'arrived' | 'changed';
  platformMessageId?: string;
}

/** How a claim is given back: see `OutboxStore.release`. */
export type Doubt = 'none' | 'keep' | 'perhaps-changed';

/** What the outbox promises, in the plainest form: a list and loops. */
export class OutboxModel {
  readonly #entries: Entry[] = [];

  insert(message: OutgoingMessage, supersedes: boolean): void {
    const entry: Entry = {
      message: { ...message },
      state: 'pending',
      worker: '',
      leaseUntil: 0,
      nextAttemptAt: message.createdAt,
      attempts: 0,
      begun: false,
    };
    if (supersedes && isUpdate(entry) && !this.#entries.some((one) => isBelow(one, entry))) return;
    for (const older of this.#entries) {
      if (supersedes && isOvertaken(older, entry)) replace(older, entry);
    }
    this.#entries.push(entry);
  }

  /** Ids, and how loud the group has been in the chat so far. */
  claim({ worker, now, leaseUntil, limit, onePer }: ClaimRequest): [string, number | undefined][] {
    this.#endClaims((entry) => entry.leaseUntil <= now && entry.worker !== worker);
    const due = this.#entries.filter((entry) => {
      const { state, nextAttemptAt, message } = entry;
      if (state !== 'pending' || nextAttemptAt > now || message.expiresAt <= now) return false;
      return !this.#entries.some((other) => holdsBack(other, entry, now));
    });
    due.sort(
      (a, b) =>
        b.message.severity - a.message.severity ||
        a.message.createdAt - b.message.createdAt ||
        a.message.sequence - b.message.sequence ||
        (a.message.id < b.message.id ? -1 : 1),
    );
    const keyOf = onePer === 'room' ? chatKey : placeKey;
    const first = new Map<string, Entry>();
    for (const entry of due) {
      const key = keyOf(entry.message.chat);
      if (!first.has(key)) first.set(key, entry);
    }
    const taken = [...first.values()].slice(0, limit);
    for (const entry of taken) {
      Object.assign(entry, { state: 'claimed', worker, leaseUntil, begun: false });
    }
    return taken.map((entry) => [entry.message.id, this.#rungSeverity(entry)]);
  }

  begin(id: string, worker: string): boolean {
    const entry = this.#claimed(id, worker);
    if (entry === undefined) return false;
    Object.assign(entry, { begun: true, perhaps: 'arrived', attempts: entry.attempts + 1 });
    return true;
  }

  settle(id: string, worker: string, state: FinalState, platformMessageId?: string): boolean {
    const entry = this.#claimed(id, worker);
    if (entry === undefined) return false;
    entry.state = state;
    if (platformMessageId !== undefined) entry.platformMessageId = platformMessageId;
    return true;
  }

  release(id: string, worker: string, nextAttemptAt: number, doubt: Doubt): boolean {
    const entry = this.#claimed(id, worker);
    if (entry === undefined) return false;
    Object.assign(entry, { state: 'pending', nextAttemptAt });
    if (doubt === 'keep') entry.perhaps = 'arrived';
    else if (doubt === 'perhaps-changed') entry.perhaps = 'changed';
    else if (entry.begun) delete entry.perhaps;
    this.#supersedeIfOlder(entry);
    return true;
  }

  releaseAbandoned(): number {
    return this.#endClaims(() => true);
  }

  expire(now: number): number {
    const late = this.#entries.filter((entry) => {
      const held = entry.state === 'claimed' && entry.leaseUntil > now;
      return isUnsettled(entry) && !held && entry.message.expiresAt <= now;
    });
    for (const entry of late) {
      entry.state = entry.perhaps === undefined ? 'expired' : 'unverified';
    }
    return late.length;
  }

  /** Some id, mostly one that exists. */
  pick(seed: number): string {
    return this.#entries[seed % (this.#entries.length + 1)]?.message.id ?? 'nobody';
  }

  /** By id: state, attempts, and how it would appear. */
  facts(): Map<string, unknown[]> {
    return new Map(
      this.#entries.map(({ message, state, attempts }) => {
        return [message.id, [state, attempts, message.delivery]];
      }),
    );
  }

  #endClaims(isOver: (entry: Entry) => boolean): number {
    const ended = this.#entries.filter((entry) => entry.state === 'claimed' && isOver(entry));
    for (const entry of ended) entry.state = 'pending';
    for (const entry of ended) this.#supersedeIfOlder(entry);
    return ended.length;
  }

  #rungSeverity(entry: Entry): number | undefined {
    const rung = this.#entries.filter((other) => {
      const { sequence, delivery } = other.message;
      const isSilent = delivery === 'edit' || delivery === 'retire';
      if (isSilent || other.platformMessageId === undefined) return false;
      return sameStory(other, entry) && sequence < entry.message.sequence;
    });
    if (rung.length === 0) return undefined;
    return Math.max(...rung.map(({ message }) => message.severity));
  }

  #supersedeIfOlder(entry: Entry): void {
    const newer = this.#entries.findLast((other) => isOvertaken(entry, other));
    if (newer !== undefined) replace(entry, newer);
  }

  #claimed(id: string, worker: string): Entry | undefined {
    return this.#entries.find(
      (entry) => entry.message.id === id && entry.state === 'claimed' && entry.worker === worker,
    );
  }
}

/** Does `older` wait, surely not arrived, for nothing, since `newer` is about the same? */
function isOvertaken(older: Entry, newer: Entry): boolean {
  if (older.state !== 'pending' || older.perhaps === 'arrived') return false;
  if (isRetirement(older) || isRetirement(newer)) return false;
  if (isUpdate(newer) && !isUpdate(older)) return false;
  return sameStory(older, newer) && older.message.sequence < newer.message.sequence;
}

/** The newer one has to do what the older one would have done. */
function replace(older: Entry, newer: Entry): void {
  older.state = 'superseded';
  const wasPost = older.message.delivery === undefined;
  if (wasPost && newer.state === 'pending' && newer.message.delivery === 'edit-or-post') {
    delete newer.message.delivery;
    newer.message.severity = Math.max(newer.message.severity, older.message.severity);
    newer.message.expiresAt = Math.max(newer.message.expiresAt, older.message.expiresAt);
  }
}

function holdsBack(other: Entry, entry: Entry, now: number): boolean {
  if (!sameStory(other, entry) || !isUnsettled(other)) return false;
  if (other.state === 'pending' && other.message.expiresAt <= now) return false;
  const [earlier, own] = [other.message.sequence, entry.message.sequence];
  if (isRetirement(other)) return isRetirement(entry) && earlier < own;
  return earlier < own || (isRetirement(entry) && earlier === own);
}

/** Does an update find something to change, or may it later? */
function isBelow(other: Entry, update: Entry): boolean {
  if (!sameStory(other, update) || isRetirement(other)) return false;
  if (other.message.sequence >= update.message.sequence) return false;
  if (other.platformMessageId !== undefined) return true;
  return isUnsettled(other) && other.message.delivery !== 'edit';
}

function isUnsettled({ state }: Entry): boolean {
  return state === 'pending' || state === 'claimed';
}

function isRetirement({ message }: Entry): boolean {
  return message.delivery === 'retire';
}

function isUpdate({ message }: Entry): boolean {
  return message.kind === 'update' && message.delivery === 'edit';
}

function sameStory({ message: a }: Entry, { message: b }: Entry): boolean {
  return a.groupId === b.groupId && chatKey(a.chat) === chatKey(b.chat);
}
