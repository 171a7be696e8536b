import type { ChatRef } from '../../alerts/model.ts';
import type { Clock } from '../../ports.ts';
import type { ChatPace } from './chat-pace.ts';
import type { PlatformPace } from './platform-pace.ts';

/** The right to start one request. Exactly one of the two is called, once, and soon. */
export interface Permit {
  started(): void;
  cancelled(): void;
}

export interface Gate {
  /**
   * Waits until the pace allows one more request to this chat; first come, first served among chats
   * that are ready. Undefined when it will not be soon: stopped, or the whole platform is held.
   */
  pass(chat: ChatRef, stop: AbortSignal): Promise<Permit | undefined>;
  /** To be called after a hold: those waiting for a platform that is held are sent away. */
  holdChanged(): void;
}

interface Waiter {
  chat: ChatRef;
  key: string;
  answer(permit: Permit | undefined): void;
}

/** `wireClock` is the clock of both paces: real time. */
export function createGate(platformPace: PlatformPace, chatPace: ChatPace, wireClock: Clock): Gate {
  let waiters: Waiter[] = [];
  let alarm: AbortController | undefined;

  function permitFor(chat: ChatRef): Permit {
    return {
      started() {
        const now = wireClock.now();
        platformPace.started(now);
        chatPace.started(chat, now);
        letThrough();
      },
      cancelled() {
        platformPace.cancelled();
        letThrough();
      },
    };
  }

  function letThrough(): void {
    alarm?.abort();
    alarm = undefined;
    const now = wireClock.now();
    if (platformPace.heldUntil() > now) {
      for (const waiter of waiters.splice(0)) waiter.answer(undefined);
    }
    while (waiters.length > 0) {
      const readyAt = platformPace.readyAt(now);
      if (readyAt > now) {
        wakeAt(readyAt, now);
        return;
      }
      const readiness = waiters.map(({ key }) => chatPace.readyAt(key, now));
      const index = readiness.findIndex((at) => at <= now);
      const [next] = index === -1 ? [] : waiters.splice(index, 1);
      if (next === undefined) {
        wakeAt(Math.min(...readiness), now);
        return;
      }
      platformPace.permit(now);
      next.answer(permitFor(next.chat));
    }
  }

  function wakeAt(at: number, now: number): void {
    if (!Number.isFinite(at)) return;
    alarm = new AbortController();
    wireClock.sleep(Math.ceil(at - now), alarm.signal).then(letThrough, () => undefined);
  }

  return {
    async pass(chat, stop) {
      if (stop.aborted) return undefined;
      const { promise, resolve } = Promise.withResolvers<Permit | undefined>();
      const waiter: Waiter = { chat, key: chatPace.keyOf(chat), answer: resolve };
      const onStop = () => {
        waiters = waiters.filter((other) => other !== waiter);
        resolve(undefined);
      };
      stop.addEventListener('abort', onStop, { once: true });
      waiters.push(waiter);
      letThrough();
      try {
        return await promise;
      } finally {
        stop.removeEventListener('abort', onStop);
      }
    },
    holdChanged: letThrough,
  };
}
