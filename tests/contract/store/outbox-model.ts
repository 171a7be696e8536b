import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { chatKey, type FinalState, type OutboxState } from '../../../src/store/store.ts';

interface Entry {
  message: OutgoingMessage;
  state: OutboxState;
  worker: string;
  leaseUntil: number;
  nextAttemptAt: number;
}

/** What the outbox promises, in the plainest form: a list and loops. */
export class OutboxModel {
  readonly #entries: Entry[] = [];

  insert(message: OutgoingMessage, supersedes: boolean): void {
    for (const entry of this.#entries) {
      const older = sameStory(entry.message, message) && entry.message.sequence < message.sequence;
      if (supersedes && older && entry.state === 'pending') entry.state = 'superseded';
    }
    const { createdAt } = message;
    this.#entries.push({
      message,
      state: 'pending',
      worker: '',
      leaseUntil: 0,
      nextAttemptAt: createdAt,
    });
  }

  claim(worker: string, now: number, leaseUntil: number, limit: number): string[] {
    const free = this.#entries.filter((entry) => {
      if (!isDue(entry, now) || entry.message.expiresAt <= now) return false;
      return !this.#entries.some(
        (other) =>
          sameStory(other.message, entry.message) &&
          other.message.sequence < entry.message.sequence &&
          isUnsettled(other, now),
      );
    });
    free.sort(
      (a, b) =>
        b.message.severity - a.message.severity ||
        a.message.createdAt - b.message.createdAt ||
        a.message.sequence - b.message.sequence,
    );
    const taken = free.slice(0, limit);
    for (const entry of taken) Object.assign(entry, { state: 'claimed', worker, leaseUntil });
    return taken.map(({ message }) => message.id);
  }

  settle(id: string, worker: string, state: FinalState): boolean {
    const entry = this.#claimed(id, worker);
    if (entry !== undefined) entry.state = state;
    return entry !== undefined;
  }

  release(id: string, worker: string, nextAttemptAt: number): boolean {
    const entry = this.#claimed(id, worker);
    if (entry === undefined) return false;
    const isOld = this.#entries.some(
      ({ message }) =>
        sameStory(message, entry.message) && message.sequence > entry.message.sequence,
    );
    Object.assign(entry, { state: isOld ? 'superseded' : 'pending', nextAttemptAt });
    return true;
  }

  releaseAbandoned(now: number): number {
    const claimed = this.#entries.filter(({ state }) => state === 'claimed');
    for (const entry of claimed) Object.assign(entry, { state: 'pending', nextAttemptAt: now });
    return claimed.length;
  }

  expire(now: number): number {
    const late = this.#entries.filter((entry) => {
      const held = entry.state === 'claimed' && entry.leaseUntil > now;
      const open = entry.state === 'pending' || entry.state === 'claimed';
      return open && !held && entry.message.expiresAt <= now;
    });
    for (const entry of late) {
      // One left by its sender in the middle of sending may have arrived.
      entry.state = entry.state === 'claimed' ? 'unverified' : 'expired';
    }
    return late.length;
  }

  /** Some id, mostly one that exists. */
  pick(seed: number): string {
    return this.#entries[seed % (this.#entries.length + 1)]?.message.id ?? 'nobody';
  }

  states(): Map<string, OutboxState> {
    return new Map(this.#entries.map(({ message, state }) => [message.id, state]));
  }

  #claimed(id: string, worker: string): Entry | undefined {
    return this.#entries.find(
      (entry) => entry.message.id === id && entry.state === 'claimed' && entry.worker === worker,
    );
  }
}

function sameStory(a: OutgoingMessage, b: OutgoingMessage): boolean {
  return a.groupId === b.groupId && chatKey(a.chat) === chatKey(b.chat);
}

function isDue(entry: Entry, now: number): boolean {
  if (entry.state === 'pending') return entry.nextAttemptAt <= now;
  return entry.state === 'claimed' && entry.leaseUntil <= now;
}

function isUnsettled(entry: Entry, now: number): boolean {
  const beingSent = entry.state === 'claimed' && entry.leaseUntil > now;
  const open = entry.state === 'pending' || entry.state === 'claimed';
  return beingSent || (open && entry.message.expiresAt > now);
}
