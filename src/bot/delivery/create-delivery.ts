import { describeCause } from '../../errors.ts';
import type { Clock, Logger, Random } from '../../ports.ts';
import { chatKey, type OutboxRow, type Store } from '../../store/store.ts';
import type { DrawFigure } from '../charts/draw-outcome.ts';
import type { DeliveryOutcome, Platform } from '../platforms/platform.ts';
import { attemptDelivery } from './attempt.ts';
import { readHistory } from './attempt-note.ts';
import { cacheDrawings } from './draw-cache.ts';
import { holdChat, startPace } from './pace.ts';
import { createStepRecorder } from './record-step.ts';
import { sendBatch } from './send-batch.ts';
import { DELIVERY_DEFAULTS, type DeliverySettings } from './settings.ts';

export interface DeliveryParts {
  platform: Platform;
  store: Pick<Store, 'outbox' | 'subscriptions'>;
  clock: Clock;
  /** Runs deadlines of drawing and sending; default `clock`. Real time where `clock` is simulated. */
  deadlineClock?: Clock;
  log: Logger;
  random: Random;
  drawFigure: DrawFigure;
  /** Different for every process, so that a restart does not pass for the one before. */
  workerId: string;
  settings?: Partial<DeliverySettings>;
  /** Told what became of each attempt: an outcome's kind, or `failed` when nothing was tried. */
  onAttempt?(outcome: DeliveryOutcome['kind'] | 'failed'): void;
}

export interface Delivery {
  /** Delivers until `signal` aborts; never throws. Store errors are logged and waited out. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * One round: writes what is unwritten, expires, claims, sends, settles. Gives the number of
   * messages claimed. Throws when the store cannot be read or written.
   */
  deliverDue(stop?: AbortSignal): Promise<number>;
  /**
   * For start only: makes the claims of a dead process due again. They may have been sent, which
   * `attemptDelivery` sees from their count of attempts and treats as an answer that was lost.
   */
  takeOver(): Promise<number>;
}

const NEVER = new AbortController().signal;
const FIRST_STORE_WAIT_MS = 500;
const LONGEST_STORE_WAIT_MS = 30_000;

/** The delivery worker of one platform: the only place that sends what the outbox holds. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { platform, store, clock, workerId } = parts;
  const settings = { ...DELIVERY_DEFAULTS, ...parts.settings };
  const log = parts.log.child({ platform: platform.id });
  const drawFigure = cacheDrawings(parts.drawFigure);
  const pace = startPace();
  const recorder = createStepRecorder({ store, workerId, clock, log });

  async function deliver(row: OutboxRow, cutOff: AbortSignal): Promise<void> {
    const deadlineClock = parts.deadlineClock ?? clock;
    const attempt = {
      platform,
      drawFigure,
      clock,
      deadlineClock,
      log,
      random: parts.random,
      settings,
    };
    const { step, outcome } = await attemptDelivery(row, attempt, cutOff);
    if (outcome?.kind === 'retry') {
      holdChat(pace, chatKey(row.chat), clock.now() + outcome.afterMs);
    }
    parts.onAttempt?.(outcome?.kind ?? 'failed');
    await recorder.record(row, step, outcome);
  }

  async function giveBack(row: OutboxRow, at: number): Promise<void> {
    const { uncertain } = readHistory(row);
    const nextAttemptAt = Math.max(at, clock.now());
    const reason = 'waiting for its turn';
    await recorder.record(row, { kind: 'release', nextAttemptAt, uncertain, reason });
  }

  async function deliverDue(stop: AbortSignal = NEVER): Promise<number> {
    await recorder.flush();
    const now = clock.now();
    await store.outbox.expire(now);
    const claimed = await store.outbox.claim(
      platform.id,
      workerId,
      now,
      now + settings.leaseMs,
      settings.claimLimit,
    );
    const cutOff = graceAfter(stop, clock, settings.stopGraceMs);
    const batch = {
      clock,
      limits: platform.limits,
      pace,
      deliver: (row: OutboxRow) => deliver(row, cutOff.signal),
      giveBack,
      startUntil: now + settings.leaseMs - settings.drawDeadlineMs - 2 * settings.sendDeadlineMs,
    };
    try {
      await sendBatch(
        claimed.filter((row) => !recorder.holds(row.id)),
        batch,
        stop,
      );
    } finally {
      cutOff.dispose();
    }
    return claimed.length;
  }

  const takeOver = () => store.outbox.releaseAbandoned(platform.id, clock.now());

  async function run(signal: AbortSignal): Promise<void> {
    let takenOver = false;
    let storeWaitMs = FIRST_STORE_WAIT_MS;
    while (!signal.aborted) {
      let pauseMs = settings.pollMs;
      try {
        if (!takenOver) await takeOver();
        takenOver = true;
        if ((await deliverDue(signal)) >= settings.claimLimit) pauseMs = 0;
        storeWaitMs = FIRST_STORE_WAIT_MS;
      } catch (error) {
        log.error({ cause: describeCause(error), waitMs: storeWaitMs }, 'delivery round failed');
        pauseMs = storeWaitMs;
        storeWaitMs = Math.min(LONGEST_STORE_WAIT_MS, storeWaitMs * 2);
      }
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
    await recorder.flush().catch((error: unknown) => {
      log.error({ cause: describeCause(error) }, 'stopped with deliveries not recorded');
    });
  }

  return { run, deliverDue, takeOver };
}

/** A signal that aborts `graceMs` after `stop` does. */
function graceAfter(stop: AbortSignal, clock: Clock, graceMs: number) {
  const cutOff = new AbortController();
  const done = new AbortController();
  const onStop = () => {
    clock.sleep(graceMs, done.signal).then(
      () => cutOff.abort(),
      () => undefined,
    );
  };
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true, signal: done.signal });
  return { signal: cutOff.signal, dispose: () => done.abort() };
}
