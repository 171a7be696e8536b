import type { Random } from '../../../src/ports.ts';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import type { ChatProcess } from './chat-process.ts';
import type { RoomName, Town } from './chat-town.ts';
import type { Wire } from './faulty-platform.ts';
import { rateLimit } from './wire-faults.ts';

/** Something that happens in the chats, or to the connection, at its time. */
export interface Trouble {
  name: string;
  /** Epoch ms. */
  at: number;
  happen(): void;
  /** What the platform would tell the program of it. May be repeated after a death. */
  tell?(process: ChatProcess): Promise<void>;
}

const MINUTE_MS = 60_000;
const READABLE = PERMISSION.VIEW_CHANNEL | PERMISSION.READ_MESSAGE_HISTORY;
const TALKING = READABLE | PERMISSION.SEND_MESSAGES | PERMISSION.SEND_MESSAGES_IN_THREADS;
const ALL_NEEDED = TALKING | PERMISSION.EMBED_LINKS | PERMISSION.ATTACH_FILES;

/** All kinds of trouble once each, some with an end, spread over the story. */
export function drawTroubles(
  town: Town,
  wire: Wire,
  random: Random,
  startAt: number,
  lengthMs: number,
): Trouble[] {
  const { telegram, discord, people, club } = town;
  const troubles: Trouble[] = [];
  let isDoomed = false;
  const during = (part = 0.8) => startAt + Math.round(random() * part * lengthMs);
  const later = (at: number, mostMinutes: number) =>
    at + Math.round((0.2 + random()) * mostMinutes * MINUTE_MS);
  const once = (name: string, happen: () => void, tell?: Trouble['tell'], at = during()) => {
    troubles.push({ name, at, happen, ...(tell === undefined ? {} : { tell }) });
    return at;
  };
  /** The program hears of it from the platform, or finds out by itself. */
  const perhaps = (tell: Trouble['tell']) => (random() < 0.5 ? tell : undefined);
  const spell = (name: string, mostMinutes: number, begin: () => void, end: () => void) => {
    once(`${name}, over`, end, undefined, later(once(name, begin), mostMinutes));
  };
  const chatOf = (name: RoomName) => town.room(name).chat;
  const left = (name: RoomName) => (process: ChatProcess) =>
    process.inbox.left(chatOf(name), 'the bot was removed');
  const joined = (name: RoomName) => (process: ChatProcess) =>
    process.inbox.joined(chatOf(name), { greet: true });

  const inChat = (name: RoomName) => {
    const { seen } = town.room(name);
    const [chat] = 'telegram' in seen ? seen.telegram : [];
    if (chat?.kind !== 'chat') throw new Error(`${name} is no Telegram chat`);
    return chat;
  };
  const inChannel = (name: RoomName) => {
    const { seen } = town.room(name);
    if (!('discord' in seen)) throw new Error(`${name} is no Discord channel`);
    return seen.discord;
  };

  // Permissions lost for a while.
  for (const [name, room, rights] of [
    ['telegram: not to write', 'hall', { can_send_messages: false, can_send_photos: false }],
    ['telegram: not to post', 'wire', { can_post_messages: false }],
    ['telegram: no photos', 'topic', { can_send_photos: false }],
  ] as const) {
    spell(
      name,
      3,
      () => telegram.setBotRights(inChat(room), rights),
      () => telegram.setBotRights(inChat(room), {}),
    );
  }
  for (const [name, room, permissions] of [
    ['discord: not to write', 'general', READABLE],
    ['discord: not to see', 'news', 0n],
    ['discord: no embeds', 'lobby', TALKING | PERMISSION.ATTACH_FILES],
    ['discord: no files', 'doomed', TALKING | PERMISSION.EMBED_LINKS],
  ] as const) {
    spell(
      name,
      3,
      () => {
        if (!isDoomed || room !== 'doomed') {
          discord.setBotPermissions(inChannel(room), permissions);
        }
      },
      () => {
        if (!isDoomed || room !== 'doomed') {
          discord.setBotPermissions(inChannel(room), ALL_NEEDED);
        }
      },
    );
  }

  // Chats closed, and opened again.
  const blockedAt = once(
    'telegram: blocked',
    () => telegram.block(people.bea),
    perhaps(left('bea')),
  );
  once(
    'telegram: unblocked',
    () => telegram.unblock(people.bea),
    (process) => process.inbox.joined(chatOf('bea'), { greet: false }),
    later(blockedAt, 3),
  );
  const kickedAt = once(
    'telegram: kicked',
    () => telegram.removeBot(inChat('den'), people.boss),
    perhaps(left('den')),
  );
  const backAt = later(kickedAt, 3);
  once(
    'telegram: added again',
    () => telegram.addBot(inChat('den'), people.boss),
    joined('den'),
    backAt,
  );
  const removedAt = once('discord: removed', () => discord.removeBot(club), perhaps(left('lobby')));
  const invitedAt = later(removedAt, 3);
  once('discord: invited again', () => discord.inviteBot(club), joined('lobby'), invitedAt);

  // Gone for good, late enough for something to have been told before.
  const late = () => startAt + Math.round((0.4 + 0.5 * random()) * lengthMs);
  once('telegram: deactivated', () => telegram.deactivate(people.cyd), undefined, late());
  const { chat } = town.room('closing topic');
  const close = () => telegram.closeTopic(inChat('closing topic'), Number(chat.thread));
  once('telegram: topic closed', close, undefined, late());
  const doom = () => {
    isDoomed = true;
    discord.deleteChannel(inChannel('doomed'));
  };
  once('discord: channel deleted', doom, undefined, late());
  once('discord: direct messages closed', () => discord.closeDms(people.dan), undefined, late());

  let newId = '';
  once(
    'telegram: migrated',
    () => {
      newId = town.migrate();
    },
    perhaps((process) => process.inbox.moved(chatOf('pit'), newId)),
  );
  const archive = () => discord.archiveThread(inChannel('thread'));
  for (let times = 0; times < 2; times += 1) once('discord: thread archived', archive);

  // Messages vanish, mostly the newest.
  for (let times = 0; times < 8; times += 1) {
    once('message deleted', () => {
      const room = town.rooms[Math.floor(random() * town.rooms.length)];
      if (room === undefined) return;
      if ('discord' in room.seen) {
        const channel = room.seen.discord;
        const last = discord.messages(channel).findLast(({ deleted }) => !deleted);
        if (last !== undefined && room.name !== 'doomed') discord.deleteMessage(channel, last.id);
        return;
      }
      const place = room.seen.telegram.at(-1);
      if (place === undefined) return;
      const last = telegram.messages(place).findLast(({ deleted }) => !deleted);
      if (last !== undefined) telegram.deleteMessage(place, last.messageId);
    });
  }

  // A platform is away, or asks everybody to wait.
  for (const platform of ['telegram', 'discord']) {
    const away = () => ({ name: 'outage', telegram: OUTAGE, discord: OUTAGE });
    const flood = () => rateLimit('flood', 3, 'global');
    for (const [name, fault, mostMinutes] of [
      ['outage', away, 1],
      ['flood', flood, 0.2],
    ] as const) {
      spell(
        `${platform}: ${name}`,
        mostMinutes,
        () => wire.outage.set(platform, fault),
        () => wire.outage.delete(platform),
      );
    }
  }
  return troubles;
}

const OUTAGE = { status: 502, body: '<html>502 Bad Gateway</html>' };
