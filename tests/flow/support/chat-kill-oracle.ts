import { DELIVERY_DEFAULTS } from '../../../src/bot/delivery/settings.ts';
import type { ChatWorld } from './chat-world.ts';
import { isSettled, type StoredChats, type StoredDelivery } from './stored-deliveries.ts';

/** How often a message may stand in its chat, at least and at most. */
type Range = readonly [least: number, most: number];

/**
 * What the second life broke of what the first one left, one line each. `confirmed`: the person on
 * Discord had been told that the subscription stands when the first life was killed.
 */
export function brokenByDeath(
  left: StoredChats,
  end: StoredChats,
  world: ChatWorld,
  confirmed: boolean,
): string[] {
  const { rooms } = world;
  const broken: string[] = [];
  const expect = (holds: boolean, text: string) => {
    if (!holds) broken.push(text);
  };
  expect(left.integrity === 'ok' && end.integrity === 'ok', 'the file is damaged');
  expect(!confirmed || left.subscribed.includes(rooms.general), 'a subscription was lost');
  for (const room of left.subscribed) expect(end.subscribed.includes(room), `${room} was lost`);
  expect(end.closed.join() === rooms.old, `closed are ${end.closed.join()}`);
  expect(end.position >= left.position, 'updates were unread again');
  for (const [room, kind] of [
    [rooms.desk, 'reply'],
    [rooms.old, 'reply'],
    [rooms.fresh, 'greeting'],
    [rooms.general, 'raise'],
    [rooms.desk, 'raise'],
  ] as const) {
    const count = end.deliveries.filter((row) => row.chat === room && row.kind === kind).length;
    expect(count === 1, `${count} times ${kind} in ${room}`);
  }
  // What came at the very end may wait for the next start.
  for (const before of left.deliveries) {
    const after = end.deliveries.find(({ id }) => id === before.id);
    const allowed = endsOf(before, after, rooms);
    const how = after?.state ?? 'nowhere';
    expect(allowed.includes(how), `${nameOf(before)}: ${before.state} when killed, then ${how}`);
  }
  return [...broken, ...wrongOnDiscord(end, world), ...wrongOnTelegram(end, world)];
}

/** The states a message may end in after what it was like when the process was killed. */
function endsOf(
  row: StoredDelivery,
  after: StoredDelivery | undefined,
  rooms: ChatWorld['rooms'],
): string[] {
  if (isSettled(row)) return [row.state];
  const closed = row.chat === rooms.old ? ['refused'] : [];
  if (!row.inDoubt) return ['sent', 'superseded', ...closed];
  // An edit can be made twice, and Discord knows a message by its nonce, though for a while only:
  // in a fast market a slow start of the second life can outlast it.
  if (row.delivery !== 'post') return ['sent', ...closed];
  if (row.platform !== 'discord') return ['unverified'];
  const isLate = (after?.lastedMs ?? 0) > DELIVERY_DEFAULTS.idempotenceWindowMs;
  return ['sent', ...closed, ...(isLate ? ['unverified'] : [])];
}

function wrongOnDiscord({ deliveries }: StoredChats, { nonces, rooms }: ChatWorld): string[] {
  const shown = nonces();
  const rows = deliveries.filter(({ chat }) => chat === rooms.general);
  const counts = rows.flatMap((row) => {
    const count = shown.filter((nonce) => nonce === row.id).length;
    const [least, most] = copiesOf(row, rows);
    return count >= least && count <= Math.min(1, most) ? [] : [`${nameOf(row)}: ${count} times`];
  });
  const strangers = shown.filter((nonce) => !rows.some(({ id }) => id === nonce));
  const order = shown.flatMap((nonce) => rows.find(({ id }) => id === nonce) ?? []);
  const disorder = order.filter((row, index) => {
    return order.slice(0, index).some((earlier) => {
      return earlier.groupId === row.groupId && earlier.sequence > row.sequence;
    });
  });
  return [
    ...counts,
    ...strangers.map((nonce) => `${nonce} is unknown`),
    ...disorder.map((row) => `${nameOf(row)} came late`),
  ];
}

/** Telegram knows no ids of ours: equal titles in a chat are counted together. */
function wrongOnTelegram({ deliveries }: StoredChats, world: ChatWorld): string[] {
  return (['desk', 'fresh', 'old'] as const).flatMap((name) => {
    const shown = world.titles(name);
    const rows = deliveries.filter(({ chat }) => chat === world.rooms[name]);
    const titles = [...new Set(rows.map(({ title }) => title))];
    const counts = titles.flatMap((title) => {
      const count = shown.filter((text) => text.includes(title)).length;
      const ranges = rows.filter((row) => row.title === title).map((row) => copiesOf(row, rows));
      const least = ranges.reduce((sum, [one]) => sum + one, 0);
      const most = ranges.reduce((sum, [, one]) => sum + one, 0);
      const isRight = count >= least && count <= most;
      return isRight ? [] : [`${title} in ${name}: ${count} times, not ${least} to ${most}`];
    });
    const strangers = shown.filter((text) => !titles.some((title) => text.includes(title)));
    return [...counts, ...strangers.map((text) => `${text} in ${name} is unknown`)];
  });
}

/** How many posts a message may have become; edits that found their message are none. */
function copiesOf(row: StoredDelivery, rows: readonly StoredDelivery[]): Range {
  const { state, delivery, severity, platformMessageId } = row;
  if (state === 'unverified') return [0, severity >= 2 ? 2 : 1];
  if (state !== 'sent' || delivery === 'edit' || delivery === 'retire') return [0, 0];
  const changed = rows.some(
    (other) => other.sequence < row.sequence && other.platformMessageId === platformMessageId,
  );
  return delivery === 'edit-or-post' && changed ? [0, 0] : [1, 1];
}

function nameOf({ id, kind, delivery, chat }: StoredDelivery): string {
  return `${id} ${kind} (${delivery}) in ${chat}`;
}
