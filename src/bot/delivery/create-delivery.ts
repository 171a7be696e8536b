import { describeCause } from '../../errors.ts';
import type { Clock, Logger, Random } from '../../ports.ts';
import type { OutboxRow } from '../../store/store.ts';
import type { DrawFigure } from '../charts/draw-outcome.ts';
import type { DeliveryOutcome, Platform } from '../platforms/platform.ts';
import { createChatPace } from './chat-pace.ts';
import { type Claimed, claimDue } from './claims.ts';
import { deliverOne } from './deliver-one.ts';
import { cacheDrawings } from './draw-cache.ts';
import { createFlights, type Lane } from './flights.ts';
import { createGate } from './gate.ts';
import { graceAfter } from './grace-after.ts';
import { createLanes } from './lanes.ts';
import { createNews } from './news.ts';
import { createPlatformPace } from './platform-pace.ts';
import { createStepRecorder, type RecordedStore } from './record-step.ts';
import { DELIVERY_DEFAULTS, type DeliverySettings } from './settings.ts';
import { createUpkeep } from './upkeep.ts';
import { keepDelivering } from './worker.ts';

export interface DeliveryParts {
  platform: Platform;
  store: RecordedStore;
  /** The program's time: expiry, next attempts, settled times. */
  clock: Clock;
  /** Real time: pace, holds, deadlines, pauses. Default `clock`, which is right where it is real. */
  wireClock?: Clock;
  log: Logger;
  random: Random;
  drawFigure: DrawFigure;
  /** Different for every process, so that a restart does not pass for the one before. */
  workerId: string;
  /** A fresh message id of at most 25 characters with each call, for summaries. */
  nextId(): string;
  settings?: Partial<DeliverySettings>;
  /** Told what became of each attempt: an outcome's kind, or `failed` when nothing was tried. */
  onAttempt?(outcome: DeliveryOutcome['kind'] | 'failed'): void;
}

export interface Delivery {
  /** Delivers until `signal` aborts; never throws. Store errors are logged and waited out. */
  run(signal: AbortSignal): Promise<void>;
  /** Messages were stored: looks at once instead of at the next poll. Cheap, never throws. */
  wake(): void;
  /**
   * Delivers all that is due, waiting for the pace but not for pauses the platform asked for.
   * Gives the number of messages claimed. Throws when the store cannot be read or written.
   */
  deliverDue(stop?: AbortSignal): Promise<number>;
  /**
   * For start only: makes the claims of a dead process due again. Those begun may have been sent,
   * which `attemptDelivery` sees from their count of attempts.
   */
  takeOver(): Promise<number>;
}

const NEVER = new AbortController().signal;
const FIRST_STORE_WAIT_MS = 500;
const LONGEST_STORE_WAIT_MS = 30_000;

/**
 * The delivery worker of one platform: the only place that sends what the outbox holds. Up to
 * `concurrency` messages are under way side by side, at most one of a chat, so that a send that
 * hangs holds up its own chat and nothing else.
 */
export function createDelivery(given: DeliveryParts): Delivery {
  const { platform, store, clock } = given;
  const parts = {
    ...given,
    outbox: store.outbox,
    wireClock: given.wireClock ?? clock,
    settings: { ...DELIVERY_DEFAULTS, ...given.settings },
    log: given.log.child({ platform: platform.id }),
  };
  const { wireClock, settings, log } = parts;
  const platformPace = createPlatformPace(platform.limits);
  const chatPace = createChatPace(platform.limits);
  const news = createNews();
  const flights = createFlights((key) => {
    // A chat that rests is looked at when it is ready; any other may have something due.
    const now = wireClock.now();
    if (chatPace.readyAt(key, now) > now && flights.count() > 0) news.stir();
    else news.due();
  });
  const lanes = createLanes(platform.limits.perSecond, settings.concurrency);
  const upkeep = createUpkeep({ ...parts, platformId: platform.id });
  const recorder = createStepRecorder(parts);
  const sending = {
    ...parts,
    platformPace,
    chatPace,
    recorder,
    gate: createGate(platformPace, chatPace, wireClock),
    drawFigure: cacheDrawings({ ...parts, deadlineMs: settings.drawDeadlineMs }),
    onStart(id: string) {
      flights.started(id);
      news.stir();
    },
  };

  let storeWaitMs = FIRST_STORE_WAIT_MS;

  async function deliver(
    stop: AbortSignal,
    cutOff: AbortSignal,
    untilIdle: boolean,
  ): Promise<number> {
    const claiming = { ...parts, chatPace, lanes, flights, launch };
    function launch(row: OutboxRow, lane: Lane): void {
      // What became of it is known but not stored yet: that is written, never sent again.
      if (recorder.holds(row.id)) return;
      const work = () => deliverOne(row, sending, stop, cutOff);
      flights.add(row.id, chatPace.keyOf(row.chat), lane, work);
    }
    async function claim(): Promise<Claimed> {
      const claimed = await claimDue(claiming);
      storeWaitMs = FIRST_STORE_WAIT_MS;
      return claimed;
    }
    const { flush } = recorder;
    const { pollMs } = settings;
    const looping = { ...claiming, platformPace, news, upkeep, flush, claim, pollMs };
    stop.addEventListener('abort', news.stir, { once: true });
    try {
      return await keepDelivering(looping, stop, { untilIdle });
    } finally {
      stop.removeEventListener('abort', news.stir);
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const cutOff = graceAfter(signal, wireClock, settings.stopGraceMs);
    let isTakenOver = false;
    while (!signal.aborted) {
      try {
        if (!isTakenOver) await takeOver();
        isTakenOver = true;
        await deliver(signal, cutOff.signal, false);
      } catch (error) {
        log.error({ cause: describeCause(error), waitMs: storeWaitMs }, 'delivery round failed');
        await wireClock.sleep(storeWaitMs, signal).catch(() => undefined);
        storeWaitMs = Math.min(LONGEST_STORE_WAIT_MS, storeWaitMs * 2);
      }
    }
    await flights.allDone();
    cutOff.dispose();
    await recorder.flush().catch((error: unknown) => {
      log.error({ cause: describeCause(error) }, 'stopped with deliveries not recorded');
    });
  }

  async function deliverDue(stop: AbortSignal = NEVER): Promise<number> {
    const cutOff = graceAfter(stop, wireClock, settings.stopGraceMs);
    upkeep.hurry();
    news.due();
    try {
      return await deliver(stop, cutOff.signal, true);
    } finally {
      await flights.allDone();
      cutOff.dispose();
    }
  }

  function wake(): void {
    upkeep.expectMessages();
    news.due();
  }

  const takeOver = () => store.outbox.releaseAbandoned(platform.id, clock.now());

  return { run, wake, deliverDue, takeOver };
}
