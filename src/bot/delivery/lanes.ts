import type { Flights, Lane } from './flights.ts';

/** How many messages may be claimed now, in all and of each lane. */
export interface Room {
  total: number;
  alerts: number;
  replies: number;
}

/** Replies per alert while both wait: a fifth of the pace is theirs. */
const REPLIES_PER_ALERT = 0.25;

/** Messages are claimed this far ahead of the pace, ms: one look at the outbox serves several. */
const AHEAD_MS = 250;

/** Of the messages under way, a part stays free for replies whatever hangs; likewise for alerts. */
const MOST_ALERTS_FRACTION = 0.875;
const MOST_REPLIES_FRACTION = 0.5;

/** Shares the pace and the messages under way between alerts and replies. */
export interface Lanes {
  /** Most messages claimed ahead of their turn. */
  readonly aheadMost: number;
  room(flights: Flights): Room;
  /** Replies that may go before alerts are asked for. */
  repliesFirst(): number;
  claimed(lane: Lane, count: number): void;
}

export function createLanes(perSecond: number, concurrency: number): Lanes {
  const aheadMost = Math.max(1, Math.min(concurrency, Math.ceil((perSecond * AHEAD_MS) / 1000)));
  const alertsMost = Math.max(1, Math.floor(concurrency * MOST_ALERTS_FRACTION));
  const repliesMost = Math.max(1, Math.floor(concurrency * MOST_REPLIES_FRACTION));
  const mostCredit = Math.max(1, Math.ceil(aheadMost * REPLIES_PER_ALERT));
  /** What replies may take although alerts wait; alerts that go earn it. */
  let credit = mostCredit;
  return {
    aheadMost,
    room(flights) {
      const free = Math.min(concurrency - flights.count(), aheadMost - flights.aheadCount());
      const total = Math.max(0, free);
      return {
        total,
        alerts: Math.max(0, Math.min(total, alertsMost - flights.count('alerts'))),
        replies: Math.max(0, Math.min(total, repliesMost - flights.count('replies'))),
      };
    },
    repliesFirst: () => Math.floor(credit),
    claimed(lane, count) {
      const earned = lane === 'alerts' ? count * REPLIES_PER_ALERT : -count;
      credit = Math.max(0, Math.min(mostCredit, credit + earned));
    },
  };
}
