import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  DeliveryOutcome,
  Platform,
  PlatformMessage,
} from '../../../src/bot/platforms/platform.ts';
import type { Clock, Random } from '../../../src/ports.ts';
import type { Town } from './chat-town.ts';
import { drawFault, isSilent, type WireFault } from './wire-faults.ts';

/** One message handed to a platform. */
export interface Attempt {
  id: string;
  platform: string;
  /** What has to wait when its chat does: a channel, or all rooms of a Telegram chat. */
  chat: string;
  life: number;
  /** Epoch ms. */
  at: number;
  /** Absent: the process died before it could learn it. */
  outcome?: DeliveryOutcome['kind'];
  /** Who has to wait until when (epoch ms), as the platform said. */
  wait?: { until: number; scope: 'message' | 'chat' | 'platform' };
  faults: string[];
}

export interface WireLog {
  attempts: Attempt[];
  /** Faults that were met, by name. */
  met: Map<string, number>;
}

export interface Wire {
  town: Town;
  random: Random;
  now(): number;
  log: WireLog;
  /** Part of the sends that meet a fault. */
  faultFraction: number;
  /** While set: what every send of a platform meets. */
  outage: Map<string, () => WireFault>;
  flights: Set<Flight>;
  /** Resolves when nobody else is on the wire. */
  turn: Promise<void>;
}

/** A request under way. */
export interface Flight {
  /** It gets no answer: only time ends it. */
  isHeld(): boolean;
  /** The next one may go, also while this one is held. */
  letNext(): void;
}

/** Pauses that a platform makes in the middle of a send. */
const pauses = new AsyncLocalStorage<{ count: number }>();

/** For a platform that pauses between two requests of a send: these pauses are for time to end. */
export function pausingClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    async sleep(durationMs, signal) {
      const paused = pauses.getStore() ?? { count: 0 };
      paused.count += 1;
      try {
        await clock.sleep(durationMs, signal);
      } finally {
        paused.count -= 1;
      }
    },
  };
}

/** The process a send belongs to. */
export interface Sender {
  life: number;
  isDead(): boolean;
  die(): void;
}

/**
 * The real platform, each send of which may meet faults on the wire or the death of its process.
 * While a request is answered time stands still; only one that gets no answer at all waits for it.
 * One request after the other, so that a seed always gives the same story.
 */
export function faultyPlatform(platform: Platform, wire: Wire, sender: Sender): Platform {
  const { random, log } = wire;

  async function send(message: PlatformMessage, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { promise, resolve: letNext } = Promise.withResolvers<void>();
    const before = wire.turn;
    wire.turn = promise;
    let rules: ReturnType<typeof lay>[] = [];
    const paused = { count: 0 };
    const flight = {
      isHeld: () => !signal.aborted && (paused.count > 0 || rules.some((rule) => rule.isHeld())),
      letNext,
    };
    wire.flights.add(flight);
    const attempt = attemptAt(message);
    log.attempts.push(attempt);
    await before;
    // Everything else comes to rest first: what a request meets depends on the seed alone.
    for (let round = 0; round < 8; round += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    try {
      const face = (laid: typeof rules) => {
        rules = laid;
      };
      return await pauses.run(paused, () => sendInTurn(message, signal, attempt, face));
    } finally {
      letNext();
      wire.flights.delete(flight);
      for (const rule of rules) rule.remove();
    }
  }

  async function sendInTurn(
    message: PlatformMessage,
    signal: AbortSignal,
    attempt: Attempt,
    face: (rules: ReturnType<typeof lay>[]) => void,
  ): Promise<DeliveryOutcome> {
    // Nothing leaves a dead process.
    if (sender.isDead()) return { kind: 'unknown', reason: 'dead' };
    const dies = random() < DEATH_FRACTION ? random() : undefined;
    const meet = (name: string) => {
      attempt.faults.push(name);
      log.met.set(name, (log.met.get(name) ?? 0) + 1);
    };
    if (dies !== undefined && dies < 1 / 3) {
      meet('death before the request');
      sender.die();
      return { kind: 'unknown', reason: 'dead' };
    }
    face(facedBy(message).map((fault) => lay(fault, message, meet)));
    const sending = platform.send(message, signal);
    if (dies !== undefined && dies < 2 / 3) {
      meet('death during the request');
      sender.die();
    }
    const outcome = await sending;
    if (dies !== undefined && dies >= 2 / 3) {
      meet('death after the request');
      sender.die();
    }
    if (sender.isDead()) return outcome;
    attempt.outcome = outcome.kind;
    if (outcome.kind === 'retry') {
      const { afterMs, scope = 'chat' } = outcome;
      attempt.wait = { until: wire.now() + afterMs, scope };
    }
    return outcome;
  }

  function attemptAt({ id, chat }: PlatformMessage): Attempt {
    return {
      id,
      platform: chat.platform,
      chat: (chat.platform === 'discord' ? chat.thread : undefined) ?? chat.chatId,
      life: sender.life,
      at: wire.now(),
      faults: [],
    };
  }

  /** What the first request of the send meets, and perhaps the second. */
  function facedBy({ chat }: PlatformMessage): WireFault[] {
    const outage = wire.outage.get(chat.platform);
    if (outage !== undefined) return [outage()];
    if (random() >= wire.faultFraction) return [];
    const first = drawFault(random);
    return random() < SECOND_FRACTION ? [first, drawFault(random)] : [first];
  }

  function lay(fault: WireFault, { chat }: PlatformMessage, meet: (name: string) => void) {
    const { telegram, discord } = wire.town;
    const silent = isSilent(fault);
    let isDone: (() => boolean) | undefined;
    const isHeld = () => isDone?.() === true;
    if (chat.platform === 'telegram') {
      const to = { kind: 'user', id: Number(chat.chatId), firstName: '' } as const;
      const rule = {
        chat: to,
        times: 1,
        // Read when the fake applies the rule, and only then.
        get kind() {
          meet(fault.name);
          const call = telegram.calls.at(-1);
          if (silent !== undefined) isDone = () => call?.pending === false;
          return fault.telegram ?? 'reset-before';
        },
      };
      return { ...telegram.fault(rule), isHeld };
    }
    const path = `/channels/${chat.thread ?? chat.chatId}/messages`;
    const rule = {
      path: new RegExp(`^${path}`),
      times: 1,
      get kind() {
        meet(fault.name);
        const call = discord.calls.findLast((one) => one.path.startsWith(path));
        // The body is read in the very step in which the request is carried out.
        if (silent === 'before') isDone = () => true;
        if (silent === 'after') isDone = () => call?.body !== undefined;
        return fault.discord ?? 'reset-before';
      },
    };
    return { ...discord.fault(rule), isHeld };
  }

  return { ...platform, send };
}

const DEATH_FRACTION = 0.012;
const SECOND_FRACTION = 0.25;
