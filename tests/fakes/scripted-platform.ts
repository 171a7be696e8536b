import type {
  DeliveryOutcome,
  Inbox,
  Platform,
  PlatformLimits,
  PlatformMessage,
} from '../../src/bot/platforms/platform.ts';

/** What one send does; `arrives` says whether the chat sees the message, whatever is answered. */
export interface ScriptedSend {
  arrives: boolean;
  answer: DeliveryOutcome | 'throws' | 'hangs';
}

export const SENT: ScriptedSend = {
  arrives: true,
  answer: { kind: 'sent', platformMessageId: 'x' },
};

const REMEMBERED_MS = 180_000;

/**
 * A platform that does what it is told and remembers what arrived, in order. It gives its own ids:
 * `sent` answers with `p-<id of the message>`, or with the id of the message that was edited.
 */
export class ScriptedPlatform implements Platform {
  readonly id = 'scripted';
  readonly limits: PlatformLimits;
  /** Posts, each as often as it stands in the chat. */
  readonly arrived: PlatformMessage[] = [];
  /** Edits, each as often as it was made. */
  readonly edited: PlatformMessage[] = [];
  readonly attempts: PlatformMessage[] = [];
  readonly #next: (message: PlatformMessage) => ScriptedSend;
  readonly #now: () => number;
  /** When each id was first seen, for platforms that know ids (`retriesAreIdempotent`). */
  readonly #firstSeenAt = new Map<string, number>();

  constructor(
    next: (message: PlatformMessage) => ScriptedSend = () => SENT,
    limits: Partial<PlatformLimits> = {},
    now: () => number = () => 0,
  ) {
    this.#next = next;
    this.#now = now;
    this.limits = {
      messageCharacters: 4096,
      perSecond: 1e6,
      perChatIntervalMs: 0,
      retriesAreIdempotent: false,
      ...limits,
    };
  }

  run(_inbox: Inbox, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  state(): { state: 'connected' } {
    return { state: 'connected' };
  }

  async send(message: PlatformMessage, _signal: AbortSignal): Promise<DeliveryOutcome> {
    this.attempts.push(message);
    const { arrives, answer } = this.#next(message);
    if (arrives) this.#arrive(message);
    if (answer === 'throws') throw new Error('socket hang up');
    if (answer === 'hangs') return await new Promise<never>(() => {});
    if (answer.kind !== 'sent') return answer;
    return { kind: 'sent', platformMessageId: message.editOf ?? `p-${message.id}` };
  }

  #arrive(message: PlatformMessage): void {
    if (message.editOf !== undefined) this.edited.push(message);
    else if (!this.#remembers(message.id)) {
      this.arrived.push(message);
      this.#firstSeenAt.set(message.id, this.#now());
    }
  }

  /** As Discord does with a nonce: for a few minutes the first message is the answer. */
  #remembers(id: string): boolean {
    const firstSeenAt = this.#firstSeenAt.get(id);
    if (!this.limits.retriesAreIdempotent || firstSeenAt === undefined) return false;
    return this.#now() - firstSeenAt <= REMEMBERED_MS;
  }
}
