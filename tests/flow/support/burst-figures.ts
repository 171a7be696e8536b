import type { BurstRow } from './burst-rows.ts';
import type { BurstResult } from './chat-burst.ts';

type Arrived = BurstRow & { arrivedAt: number };

/** Messages that stand on the platform, in order of arrival. */
export function arrivedOf({ rows }: Pick<BurstResult, 'rows'>): Arrived[] {
  return rows.filter((row): row is Arrived => row.arrivedAt !== undefined);
}

/**
 * Messages of all kinds per virtual second while enough rooms are ready: until 5 % of the alerts
 * are left, those aside that wait for the minute their place shares.
 */
export function pacePerSecond(result: BurstResult): number {
  const sharing = new Set(
    result.rooms.filter(({ sharesMinute }) => sharesMinute).map(({ chat }) => chat.chatId),
  );
  const arrived = arrivedOf(result);
  const free = arrived.filter(
    ({ kind, placeKey }) => kind === 'raise' && !sharing.has(JSON.parse(placeKey)[1]),
  );
  const until = free[Math.floor(free.length * 0.95)]?.arrivedAt ?? 0;
  const from = arrived[0]?.arrivedAt ?? 0;
  const count = arrived.filter(({ arrivedAt }) => arrivedAt < until).length;
  return (count * 1000) / (until - from);
}

/** A little more than the pace of one room, and of a group's minute. */
const REST_MS = 1_100;
const MINUTE_MS = 60_500;
const PER_MINUTE = 20;

/** Some are claimed before their turn, and of these one without a chart is ready sooner. */
const AHEAD_MS = 700;
const AHEAD_MOST = 16;

/**
 * Alerts that waited although their place was free to get one, while many less severe ones went
 * out. As `id: overtaken by so many`.
 */
export function overtaken(result: BurstResult): string[] {
  const alerts = arrivedOf(result).filter(({ kind }) => kind === 'raise');
  const timesOf = [0, 1, 2].map((severity) =>
    alerts.filter((alert) => alert.severity === severity).map(({ arrivedAt }) => arrivedAt),
  );
  const before = new Map<string, number[]>();
  const found: string[] = [];
  for (const row of arrivedOf(result)) {
    const earlier = before.get(row.placeKey) ?? [];
    if (row.kind === 'raise') {
      const freeSince = Math.max(
        row.createdAt,
        (earlier.at(-1) ?? 0) + REST_MS,
        (earlier.at(-PER_MINUTE) ?? 0) + MINUTE_MS,
      );
      const lesser = timesOf.slice(0, row.severity).flat();
      const since = freeSince + AHEAD_MS;
      const count = since < row.arrivedAt ? countIn(lesser, since, row.arrivedAt) : 0;
      if (count > AHEAD_MOST) found.push(`${row.id}: overtaken by ${count}`);
    }
    before.set(row.placeKey, [...earlier.slice(1 - PER_MINUTE), row.arrivedAt]);
  }
  return found;
}

function countIn(times: readonly number[], from: number, to: number): number {
  return times.filter((at) => at > from && at < to).length;
}

/** Calls of the outbox by the delivery, for each message that arrived. */
export function outboxCallsPerMessage(result: BurstResult): number {
  const calls = ['claim', 'begin', 'settle', 'release', 'expire', 'crowded', 'summarise']
    .map((method) => result.storeTimes.get(`outbox.${method}`)?.count ?? 0)
    .reduce((sum, count) => sum + count, 0);
  return calls / arrivedOf(result).length;
}

/** For people, who see it with `--reporter=verbose`. */
export function figuresOf(result: BurstResult): string {
  const { storeTimes, heapMb, tookMs, cpuMs, askedMs, report } = result;
  const arrived = arrivedOf(result);
  const replyMs = arrived
    .filter(({ kind }) => kind === 'reply')
    .map(({ createdAt, arrivedAt }) => arrivedAt - createdAt);
  const times = [...storeTimes].map(
    ([name, { count, totalMs, worstMs }]) =>
      `${name} ${count} x ${(totalMs / count).toFixed(2)} ms, at most ${worstMs.toFixed(0)}`,
  );
  return [
    `${arrived.length} messages, ${report.tooMany.length} 429s`,
    `${pacePerSecond(result).toFixed(2)} a second`,
    `slowest reply ${Math.max(0, ...replyMs)} virtual ms, question ${Math.max(...askedMs).toFixed(0)} real ms`,
    `${outboxCallsPerMessage(result).toFixed(2)} calls of the outbox a message`,
    `heap ${heapMb.map((mb) => mb.toFixed(1)).join(', ')} MB`,
    `${(tookMs / 1000).toFixed(0)} s, CPU ${(cpuMs / 1000).toFixed(0)} s`,
    ...times,
  ].join('; ');
}
