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

/** A platform that does what it is told and remembers what arrived, in order. */
export class ScriptedPlatform implements Platform {
  readonly id = 'scripted';
  readonly limits: PlatformLimits;
  readonly arrived: PlatformMessage[] = [];
  readonly attempts: PlatformMessage[] = [];
  readonly #next: (message: PlatformMessage) => ScriptedSend;

  constructor(
    next: (message: PlatformMessage) => ScriptedSend = () => SENT,
    limits: Partial<PlatformLimits> = {},
  ) {
    this.#next = next;
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
    const known = this.arrived.some(({ id }) => id === message.id);
    // A platform that knows the id shows the message once, however often it is sent.
    if (arrives && !(this.limits.retriesAreIdempotent && known)) this.arrived.push(message);
    if (answer === 'throws') throw new Error('socket hang up');
    if (answer === 'hangs') return await new Promise<never>(() => {});
    return answer;
  }
}
