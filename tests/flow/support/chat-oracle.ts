import type { OutboxRow } from '../../../src/store/store.ts';
import type { Round } from './chat-round.ts';
import type { Arrival, Room } from './chat-town.ts';

/** The states in which a message ends. */
export const FINAL: readonly string[] = ['sent', 'refused', 'expired', 'superseded', 'unverified'];

/** A row with what its room really shows of it. */
interface Told {
  row: OutboxRow;
  room: Room;
  posts: Arrival[];
  edits: Arrival[];
}

/** What of the promises about delivery a round broke: one line each, none when it kept them all. */
export function brokenPromises(round: Round): string[] {
  const all = round.rooms.flatMap(({ room, arrivals }) => toldIn(round, room, arrivals));
  return [
    ...unaccounted(round),
    ...strangers(round),
    ...leftBehind(round),
    ...impatient(round),
    ...all.flatMap((told) =>
      [...wrongCount(told, round), ...late(told), ...wrongPicture(told, round)].map(
        (broken) => `${nameOf(told)}: ${broken}`,
      ),
    ),
    ...round.rooms.flatMap(({ room, arrivals }) => disorder(round, room, arrivals)),
    ...round.log.filter(({ message }) => message === 'send threw').map(({ message }) => message),
  ].map((line) => `seed ${round.seed}: ${line}`);
}

/** Every committed message has exactly one row, in a final state, with a reason where it needs one. */
function unaccounted({ rows, committed }: Round): string[] {
  const ids = rows.map(({ id }) => id);
  const missing = committed.ids.filter((id) => !ids.includes(id));
  const answers = committed.replies.map((title) => {
    return { title, count: rows.filter(({ doc }) => doc.title.endsWith(` ${title}`)).length };
  });
  return [
    ...missing.map((id) => `${id} was committed and is nowhere`),
    ...answers
      .filter(({ count }) => count !== 1)
      .map(({ title, count }) => `${title} is stored ${count} times`),
    ...rows
      .filter(({ state }) => !FINAL.includes(state))
      .map(({ id, state, chat }) => `${id} to ${chat.chatId} is still ${state}`),
    ...rows
      .filter(({ state, reason = '' }) => state !== 'sent' && !/\S/.test(reason))
      .filter(({ state }) => state !== 'expired')
      .map(({ id, state }) => `${id} is ${state} without a reason`),
  ];
}

/** Nothing stands in a chat that the outbox does not know, or that belongs to another chat. */
function strangers({ rows, rooms }: Round): string[] {
  return rooms.flatMap(({ room, arrivals }) => {
    const own = new Set(rows.filter(isIn(room)).map(({ id }) => id));
    return arrivals
      .filter(({ id }) => id !== '' && !own.has(id))
      .map(({ id }) => `${id} stands in ${room.name} and is no message to it`);
  });
}

/** While a platform or a chat has to wait, nothing is handed to it. */
function impatient({ wire: { attempts } }: Round): string[] {
  return attempts.flatMap(({ at: askedAt, platform, chat, life, wait }) => {
    if (wait === undefined || wait.scope === 'message') return [];
    const early = attempts.filter(
      (other) =>
        other.life === life &&
        other.platform === platform &&
        (wait.scope === 'platform' || other.chat === chat) &&
        other.at > askedAt &&
        // On the wire times are whole ms.
        other.at < wait.until - 1,
    );
    return early.map(({ id, at }) => `${id} was sent ${wait.until - at} ms before it was time`);
  });
}

/** Once Telegram has said that a group has a new id, that is where its messages go. */
function leftBehind({ wire, rows, rooms }: Round): string[] {
  const newId = rooms.find(({ room }) => room.name === 'pit')?.room.chats.at(1)?.chatId;
  const isKnown = wire.attempts.some(({ outcome }) => outcome === 'moved');
  const hasMoved = rows.some(({ chat }) => chat.chatId === newId);
  return isKnown && !hasMoved ? ['nothing moved to the new id of the group'] : [];
}

function wrongCount({ row, room, posts, edits }: Told, round: Round): string[] {
  const { state, delivery, severity, platformMessageId } = row;
  const broken: string[] = [];
  const expect = (holds: boolean, text: string) => {
    if (!holds) broken.push(text);
  };
  const unreadable = round.rooms
    .find((one) => one.room === room)
    ?.arrivals.some(({ id, message }) => id === '' && message === platformMessageId);
  switch (state) {
    case 'sent':
      expect(posts.length <= 1, `sent, and stands there ${posts.length} times`);
      expect(posts.length === 1 || edits.length > 0 || unreadable === true, 'sent, not to be seen');
      expect(delivery !== undefined || posts.length === 1, 'sent, but never posted');
      expect(delivery === undefined || delivery === 'edit-or-post' || posts.length === 0, 'posted');
      expect(platformMessageId !== undefined, 'sent without an id of the platform');
      break;
    case 'unverified':
      expect(posts.length <= (severity < 2 ? 1 : 2), `stands there ${posts.length} times`);
      expect(hasDoubt(row, round), 'unverified, though every attempt told how it ended');
      break;
    default:
      expect(posts.length === 0, `${state}, and stands there`);
      // An edit that may have been made is no reason to keep a newer one waiting.
      if (state !== 'superseded') expect(edits.length === 0, `${state}, and the edit was made`);
  }
  return broken;
}

/** Was there an attempt that nobody knows the end of? */
function hasDoubt({ id, attempts: begun }: OutboxRow, { wire, lives }: Round): boolean {
  const attempts = wire.attempts.filter((attempt) => attempt.id === id);
  // One that was begun by a process that died before it handed anything over.
  if (attempts.length < begun) return true;
  return attempts.some(
    ({ outcome, life }) => outcome === undefined || outcome === 'unknown' || life < lives,
  );
}

function late({ row, posts, edits }: Told): string[] {
  return [...posts, ...edits]
    .filter(({ at }) => at >= row.expiresAt || (row.settledAt !== undefined && at > row.settledAt))
    .map(({ at }) => `arrived ${at - row.expiresAt} ms after its end (settled ${row.settledAt})`);
}

function wrongPicture({ posts, edits }: Told, { picture }: Round): string[] {
  const pictures = [...posts, ...edits].flatMap((arrival) => arrival.picture ?? []);
  const odd = pictures.filter((bytes) => !Buffer.from(bytes).equals(Buffer.from(picture)));
  return odd.length === 0 ? [] : ['its picture is not the one drawn'];
}

/**
 * In a room nothing older of a group comes after something newer, and what a message says last is
 * never that it is over while it is the one that stands for the present.
 */
function disorder({ rows }: Round, room: Room, arrivals: readonly Arrival[]): string[] {
  const byId = new Map(rows.filter(isIn(room)).map((row) => [row.id, row]));
  const broken: string[] = [];
  const newest = new Map<string, OutboxRow>();
  /** By message: what it shows, and the newest that it is known to have shown. */
  const shows = new Map<string, { last: OutboxRow; newest?: OutboxRow }>();
  for (const { id, message } of arrivals) {
    const row = byId.get(id);
    if (row === undefined) continue;
    const shown = shows.get(message);
    const best = shown?.newest;
    shows.set(message, { ...(best === undefined ? {} : { newest: best }), last: row });
    if (row.delivery === 'retire') continue;
    const before = newest.get(row.groupId);
    if (before === undefined || before.sequence <= row.sequence) newest.set(row.groupId, row);
    else broken.push(`${room.name}: ${numbered(row)} after #${before.sequence}`);
    if (row.state === 'sent') shows.set(message, { last: row, newest: row });
  }
  for (const { last, newest: living } of shows.values()) {
    const isOver = last.delivery === 'retire' && living !== undefined;
    if (isOver && living.sequence >= last.sequence) {
      broken.push(`${room.name}: ${numbered(last)} is the end of #${living.sequence}`);
    }
  }
  return broken;
}

function numbered({ id, groupId, sequence }: OutboxRow): string {
  return `${id} (${groupId} #${sequence})`;
}

function toldIn(round: Round, room: Room, arrivals: readonly Arrival[]): Told[] {
  return round.rows.filter(isIn(room)).map((row) => {
    const own = arrivals.filter(({ id }) => id === row.id);
    return {
      row,
      room,
      posts: own.filter(({ how }) => how === 'post'),
      edits: own.filter(({ how }) => how === 'edit'),
    };
  });
}

function isIn({ chats }: Room): (row: OutboxRow) => boolean {
  return ({ chat }) =>
    chats.some(
      (one) =>
        one.platform === chat.platform && one.chatId === chat.chatId && one.thread === chat.thread,
    );
}

function nameOf({ row, room }: Told): string {
  const what = `${row.kind}${row.delivery === undefined ? '' : ` (${row.delivery})`}`;
  return `${row.id} ${what} in ${room.name}, ${row.state} (${row.reason ?? ''})`;
}
