import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from './errors.ts';
import type { Clock, EpochMs } from './ports.ts';

/** What `GET /clock` of a simulated market says. */
export interface ClockFace {
  /** Epoch ms of the market's time. */
  nowMs: EpochMs;
  /** Market ms per real ms; 0 while paused. */
  speed: number;
}

export interface MarketClock extends Clock {
  /** Market ms per real ms as last heard. */
  speed(): number;
  /** Asks the market for its time at once, e.g. after pausing it. */
  resync(): Promise<void>;
}

export interface MarketClockOptions {
  /** Where the market is served, without a path. */
  url: string;
  /** Ends the regular questions. */
  signal: AbortSignal;
  fetchClock?: (url: string) => Promise<ClockFace>;
  /** Real ms that only grow. */
  monotonic?: () => number;
}

const RESYNC_MS = 1000;
const LONGEST_NAP_MS = 250;
const ANSWER_WITHIN_MS = 2000;

/**
 * The simulated market's time as this program's clock. Between two questions (one a second) it goes
 * on with the last speed; an answer that lies behind holds it still until the market has caught up,
 * so it never goes backwards. Throws AppError `clock/unreachable` when the first question fails;
 * later failures are bridged with the last speed.
 */
export async function createMarketClock(options: MarketClockOptions): Promise<MarketClock> {
  const { signal } = options;
  const fetchClock = options.fetchClock ?? fetchClockFace;
  const monotonic = options.monotonic ?? (() => performance.now());
  let heardAt = 0;
  let face: ClockFace = { nowMs: 0, speed: 0 };
  let latest = 0;

  function now(): EpochMs {
    const extrapolated = face.nowMs + (monotonic() - heardAt) * face.speed;
    latest = Math.max(latest, Math.floor(extrapolated));
    return latest;
  }

  async function ask(): Promise<void> {
    const askedAt = monotonic();
    const heard = await fetchClock(options.url);
    // The answer is from some time between question and arrival. Taken as of its arrival, this
    // clock can only lag: it never shows a time the market has not reached.
    const arrivedAt = monotonic();
    if (arrivedAt < askedAt) throw new RangeError('the monotonic clock went backwards');
    face = heard;
    heardAt = arrivedAt;
  }

  try {
    await ask();
  } catch (cause) {
    throw new AppError('clock/unreachable', 'the market does not tell its time', { cause });
  }

  let asking: Promise<void> | undefined;
  function resync(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const timer = setInterval(() => {
    // A missed answer is bridged by the last speed; the next second asks again.
    resync().catch(() => undefined);
  }, RESYNC_MS);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  if (signal.aborted) clearInterval(timer);

  async function sleep(durationMs: number, sleepSignal?: AbortSignal): Promise<void> {
    sleepSignal?.throwIfAborted();
    const until = now() + Math.max(0, durationMs);
    const napOptions = sleepSignal === undefined ? {} : { signal: sleepSignal };
    for (let left = until - now(); left > 0; left = until - now()) {
      const realMs = face.speed > 0 ? left / face.speed : LONGEST_NAP_MS;
      try {
        await wait(Math.min(LONGEST_NAP_MS, Math.max(1, realMs)), undefined, napOptions);
      } catch (error) {
        sleepSignal?.throwIfAborted();
        throw error;
      }
    }
  }

  return { now, sleep, speed: () => face.speed, resync };
}

/** Does this address serve a market clock? False for anything else, also when nobody answers. */
export async function probeMarketClock(baseUrl: string): Promise<boolean> {
  try {
    await fetchClockFace(baseUrl);
    return true;
  } catch {
    return false;
  }
}

async function fetchClockFace(url: string): Promise<ClockFace> {
  const response = await fetch(new URL('/clock', url), {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new AppError('clock/refused', `the clock answers ${response.status}`);
  const body: unknown = await response.json();
  if (!isClockFace(body)) throw new AppError('clock/bad-payload', 'this is not a clock');
  return { nowMs: body.nowMs, speed: body.speed };
}

function isClockFace(body: unknown): body is ClockFace {
  if (typeof body !== 'object' || body === null) return false;
  const { nowMs, speed } = body as Partial<Record<keyof ClockFace, unknown>>;
  return (
    typeof nowMs === 'number' &&
    Number.isFinite(nowMs) &&
    typeof speed === 'number' &&
    Number.isFinite(speed) &&
    speed >= 0
  );
}
