import type { OutgoingMessage, Subscription } from '../../../src/alerts/model.ts';
import type { Random } from '../../../src/ports.ts';
import { chatKey, type Store } from '../../../src/store/store.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import type { Work } from './chat-lives.ts';
import { drawStory, messagesOf, type Telling } from './chat-story.ts';
import type { Room, Town } from './chat-town.ts';
import type { Trouble } from './chat-troubles.ts';

/** What happens in a round at its time. */
export interface Item {
  /** Epoch ms. */
  at: number;
  /** In the world, once. */
  happen?(): void;
  /** By the program; what a death interrupts is done by the next life. */
  work?: Work;
  /** The process is asked to stop, or killed at a moment like any other. */
  ends?: 'stop' | 'kill';
}

/** What is known to have been committed. */
export interface Committed {
  ids: string[];
  /** Titles of answers, without the mark of their message. */
  replies: string[];
}

export interface AgendaParts {
  town: Town;
  store: Store;
  random: Random;
  startAt: number;
  lengthMs: number;
  now(): number;
  nextId(): string;
  committed: Committed;
}

const MUTE_MS = 120_000;
const REPLIES = 30;
const MUTES = 3;

/** Everything of a round, in the order of time. */
export function drawAgenda(parts: AgendaParts, troubles: readonly Trouble[]): Item[] {
  const { random, startAt, lengthMs } = parts;
  const items: Item[] = [
    ...troubles.map(({ at, happen, tell }) => {
      return { at, happen, ...(tell === undefined ? {} : { work: tell }) };
    }),
    ...drawStory(random, startAt, lengthMs).map((telling) => tellingItem(telling, parts)),
    ...replyItems(parts),
    ...muteItems(parts),
    ...(['kill', 'kill', 'kill', 'stop', 'stop'] as const).map((ends) => {
      return { at: someTime(parts), ends };
    }),
  ];
  return items.sort((a, b) => a.at - b.at);
}

function tellingItem(telling: Telling, parts: AgendaParts): Item {
  const { store, now, committed, nextId } = parts;
  let messages: OutgoingMessage[] | undefined;
  return {
    at: telling.at,
    async work(process) {
      const mutes = await process.store.subscriptions.mutes(now());
      // Their own order is that of ids drawn by chance.
      const subscriptions = (await process.store.subscriptions.all()).sort((a, b) =>
        nameOf(a) < nameOf(b) ? -1 : 1,
      );
      messages ??= messagesOf({ ...telling, at: now() }, subscriptions, mutes, nextId);
      // The life before may have died after its commit.
      if (!(await isStored(messages, store))) {
        await process.store.alerts.commit({ states: [], messages });
      }
      // Moved figures that find nothing to change are not kept.
      const kept = messages.filter(
        ({ kind, delivery }) => kind !== 'update' || delivery !== 'edit',
      );
      committed.ids.push(...kept.map(({ id }) => id));
    },
  };
}

async function isStored(messages: readonly OutgoingMessage[], store: Store): Promise<boolean> {
  for (const { id, chat } of messages) {
    if ((await store.outbox.ofChat(chat, 1000)).some((row) => row.id === id)) return true;
  }
  return false;
}

function nameOf({ chat, asset }: Subscription): string {
  return `${chatKey(chat)} ${asset}`;
}

/** What people ask on Telegram: answers are stored together with how far was read. */
function replyItems(parts: AgendaParts): Item[] {
  const { town, random, store, committed } = parts;
  const rooms = town.rooms.filter(({ chat }) => chat.platform === 'telegram');
  const times = Array.from({ length: REPLIES }, () => someTime(parts)).sort((a, b) => a - b);
  return times.map((at, index) => {
    const room = oneOf(rooms, random);
    const position = index + 1;
    return {
      at,
      async work({ inbox }) {
        const title = `answer ${position}.`;
        const chat = room.chats.at(-1) ?? room.chat;
        const read = (await store.inbound.position('telegram')) ?? 0;
        if (read < position) {
          await inbox.commit('telegram', position, [{ chat, doc: makeDoc({ title }) }]);
        }
        committed.replies.push(title);
      },
    };
  });
}

function muteItems(parts: AgendaParts): Item[] {
  const { town, random } = parts;
  return Array.from({ length: MUTES }, () => {
    const { chat } = oneOf(town.rooms, random);
    const at = someTime(parts);
    return { at, work: ({ store }) => store.subscriptions.mute(chat, at + MUTE_MS) };
  });
}

function someTime({ random, startAt, lengthMs }: AgendaParts): number {
  return startAt + Math.round(random() * lengthMs);
}

function oneOf(rooms: readonly Room[], random: Random): Room {
  const room = rooms[Math.floor(random() * rooms.length)];
  if (room === undefined) throw new RangeError('no rooms');
  return room;
}
