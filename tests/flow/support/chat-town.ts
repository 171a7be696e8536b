import { onTestFinished } from 'vitest';
import type { ChatRef } from '../../../src/alerts/model.ts';
import {
  type FakeChannel,
  type FakeDiscord,
  type FakeGuild,
  type FakeUser as Person,
  startDiscord,
} from '../../fakes/discord/discord-server.ts';
import { type FakeTelegram, startTelegram } from '../../fakes/telegram/telegram-server.ts';
import type { FakeChat, FakeUser } from '../../fakes/telegram/types.ts';
import { DISCORD_TOKEN, TELEGRAM_TOKEN } from './chat-service.ts';

/** A chat of every kind on both platforms. */
export interface Town {
  discord: FakeDiscord;
  telegram: FakeTelegram;
  rooms: readonly Room[];
  room(name: RoomName): Room;
  people: { ann: FakeUser; bea: FakeUser; cyd: FakeUser; dan: Person; boss: FakeUser };
  club: FakeGuild;
  /** The group becomes a supergroup; gives the new id. */
  migrate(): string;
}

export type RoomName =
  | 'ann'
  | 'bea'
  | 'cyd'
  | 'pit'
  | 'den'
  | 'topic'
  | 'closing topic'
  | 'hall'
  | 'wire'
  | 'general'
  | 'thread'
  | 'news'
  | 'doomed'
  | 'lobby'
  | 'direct';

export interface Room {
  name: RoomName;
  /** Where the program sends at first; of a group that migrated, its old id. */
  chat: ChatRef;
  /** Every place in which messages of the room may stand: two after a migration. */
  chats: ChatRef[];
  seen: { telegram: (FakeChat | FakeUser)[] } | { discord: FakeChannel };
}

/** What stood in a chat at some moment, by the marker in its title. */
export interface Arrival {
  /** Id of the outbox row; empty: an edit that left nothing to read (no permission to embed). */
  id: string;
  how: 'post' | 'edit';
  /** Epoch ms of the fake. */
  at: number;
  /** The message it became or changed, as the platform calls it, with its room. */
  message: string;
  picture?: Uint8Array;
}

/** Ids that can be found again in what a chat shows: at the beginning of a line. */
const MARKER = /^\W*(q[0-9a-z]{6}q)/mu;

function markerIn(text: string): string | undefined {
  return MARKER.exec(text)?.[1];
}

export function markerOf(count: number): string {
  return `q${count.toString(36).padStart(6, '0')}q`;
}

export async function startTown(now: () => number): Promise<Town> {
  const discord = await startDiscord({ token: DISCORD_TOKEN, now, pacing: true });
  const telegram = await startTelegram({ token: TELEGRAM_TOKEN, now, pacing: true });
  onTestFinished(async () => {
    await Promise.all([discord.close(), telegram.close()]);
  });

  const [ann, bea, cyd, boss] = ['Ann', 'Bea', 'Cyd', 'Boss'].map((firstName) =>
    telegram.addUser({ firstName }),
  ) as [FakeUser, FakeUser, FakeUser, FakeUser];
  const pit = telegram.addChat({ type: 'group', title: 'Pit' });
  const den = telegram.addChat({ type: 'group', title: 'Den' });
  const forum = telegram.addChat({ type: 'supergroup', title: 'Forum', forum: true });
  const topic = telegram.addTopic(forum, 'Alerts');
  const closing = telegram.addTopic(forum, 'Closing');
  const hall = telegram.addChat({ type: 'supergroup', title: 'Hall' });
  const wire = telegram.addChat({ type: 'channel', title: 'Wire' });

  const desk = discord.addGuild({ name: 'Desk', joinedAt: now() });
  const club = discord.addGuild({ name: 'Club', joinedAt: now() });
  const dan = discord.addUser({ name: 'dan' });
  discord.addMember(desk, dan);
  const news = discord.addChannel(desk, { name: 'news', type: 'announcement' });
  const doomed = discord.addChannel(desk, { name: 'doomed' });
  const thread = discord.addChannel(desk, { name: 'thread', type: 'thread', parent: desk.general });
  const lobby = discord.addChannel(club, { name: 'lobby' });
  const direct = discord.openDm(dan);

  const onTelegram = (name: RoomName, chat: FakeChat | FakeUser, thread?: number): Room => {
    const ref = {
      platform: 'telegram',
      chatId: String(chat.id),
      ...(thread === undefined ? {} : { thread: String(thread) }),
    };
    return { name, chat: ref, chats: [ref], seen: { telegram: [chat] } };
  };
  const onDiscord = (name: RoomName, channel: FakeChannel): Room => {
    const { guildId, id } = channel;
    const ref =
      guildId === undefined
        ? { platform: 'discord', chatId: id }
        : { platform: 'discord', chatId: guildId, thread: id };
    return { name, chat: ref, chats: [ref], seen: { discord: channel } };
  };
  const rooms = [
    onTelegram('ann', ann),
    onTelegram('bea', bea),
    onTelegram('cyd', cyd),
    onTelegram('pit', pit),
    onTelegram('den', den),
    onTelegram('topic', forum, topic),
    onTelegram('closing topic', forum, closing),
    onTelegram('hall', hall),
    onTelegram('wire', wire),
    onDiscord('general', desk.general),
    onDiscord('thread', thread),
    onDiscord('news', news),
    onDiscord('doomed', doomed),
    onDiscord('lobby', lobby),
    onDiscord('direct', direct),
  ];
  const room = (name: RoomName): Room => {
    const found = rooms.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no room ${name}`);
    return found;
  };
  return {
    discord,
    telegram,
    rooms,
    room,
    people: { ann, bea, cyd, dan, boss },
    club,
    migrate() {
      const { chats, seen } = room('pit');
      const next = telegram.migrate(pit);
      if ('telegram' in seen) seen.telegram.push(next);
      chats.push({ platform: 'telegram', chatId: String(next.id) });
      return String(next.id);
    },
  };
}

/** Everything of the bot that ever stood in a room, in the order in which it came. */
export function arrivalsIn(town: Town, room: Room): Arrival[] {
  const arrivals =
    'discord' in room.seen
      ? town.discord.messages(room.seen.discord).flatMap((message) =>
          message.versions.flatMap(({ at, content, embeds, files }, index): Arrival[] => {
            const post = message.nonce ?? '';
            const text = String(embeds[0]?.['title'] ?? content);
            const id = index === 0 ? post : text === '' ? '' : markerIn(text);
            // Its own text in plainer words is no change of it.
            if (index > 0 && id === post) return [];
            const picture = files[0]?.bytes;
            return [arrivalOf(id, index, at, message.id, picture)];
          }),
        )
      : room.seen.telegram.flatMap((chat) =>
          town.telegram
            .messages(chat)
            .filter(({ threadId }) => String(threadId) === String(room.chat.thread))
            .flatMap((message) =>
              message.versions.map(({ at, text, photo }, index) =>
                arrivalOf(markerIn(text), index, at, `${chat.id}/${message.messageId}`, photo),
              ),
            ),
        );
  return arrivals.sort((a, b) => a.at - b.at);
}

function arrivalOf(
  id: string | undefined,
  index: number,
  at: number,
  message: string,
  picture: Uint8Array | undefined,
): Arrival {
  if (id === undefined) throw new Error(`message ${message} shows no id at version ${index}`);
  return {
    id,
    how: index === 0 ? 'post' : 'edit',
    at,
    message,
    ...(picture === undefined ? {} : { picture }),
  };
}
