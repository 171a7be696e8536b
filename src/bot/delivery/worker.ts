import type { Clock } from '../../ports.ts';
import type { ChatPace } from './chat-pace.ts';
import type { Claimed } from './claims.ts';
import type { Flights } from './flights.ts';
import type { Lanes } from './lanes.ts';
import type { News } from './news.ts';
import type { PlatformPace } from './platform-pace.ts';
import type { Upkeep } from './upkeep.ts';

export interface WorkerParts {
  clock: Clock;
  wireClock: Clock;
  platformPace: PlatformPace;
  chatPace: ChatPace;
  lanes: Lanes;
  flights: Flights;
  news: News;
  upkeep: Upkeep;
  /** Writes what could not be written before. Throws the store's error while it still cannot. */
  flush(): Promise<void>;
  /** Claims what is due and sets it on its way. Throws the store's errors. */
  claim(): Promise<Claimed>;
  pollMs: number;
}

/**
 * Keeps messages on their way until `stop`, or with `untilIdle` until nothing is due or under way
 * (waiting for the pace, not for holds). Gives the number of messages claimed. Throws the store's
 * errors; what is under way then goes on, and it can be called again.
 */
export async function keepDelivering(
  parts: WorkerParts,
  stop: AbortSignal,
  { untilIdle }: { untilIdle: boolean },
): Promise<number> {
  const { chatPace, lanes, flights, news, upkeep, wireClock } = parts;
  const isHeld = () => parts.platformPace.heldUntil() > wireClock.now();
  let total = 0;
  let mayHaveMore = true;
  while (!stop.aborted) {
    if (news.takeDue()) mayHaveMore = true;
    await parts.flush();
    await upkeep.run();
    if (mayHaveMore && !isHeld() && hasRoom(lanes, flights)) {
      const { count, drained } = await parts.claim();
      total += count;
      mayHaveMore = !drained;
      if (count > 0) upkeep.expectMessages();
      if (count > 0 && mayHaveMore) continue;
    }
    const resting = chatPace.resting(wireClock.now());
    const isIdle = flights.count() === 0 && !mayHaveMore && !news.isDue();
    const waitsForPace = resting.pacedReadyAt !== undefined;
    if (untilIdle && flights.count() === 0 && (isHeld() || (isIdle && !waitsForPace))) break;
    await rest(parts, isHeld() ? parts.platformPace.heldUntil() : resting.readyAt, !untilIdle);
  }
  return total;
}

/** Room for half of what is claimed at once: one look at the outbox serves several messages. */
function hasRoom(lanes: Lanes, flights: Flights): boolean {
  const room = lanes.room(flights);
  const isWorthIt = flights.aheadCount() <= lanes.aheadMost / 2;
  return isWorthIt && (room.alerts > 0 || room.replies > 0);
}

/** Until there is news, or something may have become due by time alone. */
async function rest(
  { clock, wireClock, news, pollMs }: WorkerParts,
  readyAt: number | undefined,
  polls: boolean,
): Promise<void> {
  const over = new AbortController();
  const becomesDue = (clockUsed: Clock, durationMs: number) =>
    clockUsed.sleep(Math.ceil(durationMs), over.signal).then(news.due, () => undefined);
  if (readyAt !== undefined) void becomesDue(wireClock, Math.max(0, readyAt - wireClock.now()));
  if (polls) {
    void becomesDue(clock, pollMs);
    if (wireClock !== clock) void becomesDue(wireClock, pollMs);
  }
  await news.heard();
  over.abort();
}
