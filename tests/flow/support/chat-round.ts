import type { OutgoingMessage, Subscription } from '../../../src/alerts/model.ts';
import type { Random } from '../../../src/ports.ts';
import { chatKey, type OutboxRow, type Store } from '../../../src/store/store.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { type LogLine, RecordingLogger } from '../../fakes/recording-logger.ts';
import { Crash } from '../../fakes/crashing-store.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { type ChatProcess, type ProcessParts, startChatProcess } from './chat-process.ts';
import {
  drawStory,
  LONGEST_LIFE_MS,
  messagesOf,
  subscriptionsOf,
  type Telling,
} from './chat-story.ts';
import { type Arrival, arrivalsIn, markerOf, type Room, startTown, type Town } from './chat-town.ts';
import { drawTroubles } from './chat-troubles.ts';
import type { Wire, WireLog } from './faulty-platform.ts';

const START_AT = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const STORY_MS = 10 * MINUTE_MS;
const STEP_MS = 2_000;
const PATIENCE_MS = LONGEST_LIFE_MS + 2 * MINUTE_MS;
const PICTURE = makePng(300, 200);
export const FINAL: readonly string[] = ['sent', 'refused', 'expired', 'superseded', 'unverified'];

/** What a round came to, in the database and in the chats. */
export interface Round {
  seed: number;
  rows: OutboxRow[];
  /** Messages known to have been committed, by id; replies by their number. */
  committed: { ids: string[]; replies: string[] };
  rooms: { room: Room; arrivals: Arrival[] }[];
  wire: WireLog;
  /** Names of what happened in the chats, and of the writes at which the process died. */
  troubles: string[];
  deaths: string[];
  /** Lives of which the last one was not killed. */
  lives: number;
  picture: Uint8Array;
  log: readonly LogLine[];
}

/** Something to do at its time; what a death interrupts is done again by the next life. */
interface Item {
  at: number;
  /** In the world, once. */
  happen?(): void;
  /** By the program; rejects when it dies meanwhile. */
  work?(process: ChatProcess): Promise<void>;
  /** The process is told to stop, or killed. */
  ends?: 'stop' | 'kill';
}

/** `now` is told the clock of the round, for libraries that read the machine's. */
export async function playRound(seed: number, useClock: (clock: VirtualClock) => void): Promise<Round> {
  const random = seededRandom(seed);
  const flights: Wire['flights'] = new Set();
  const clock = new VirtualClock(START_AT, () => stillness(flights));
  useClock(clock);
  const store = await openTempStore();
  const town = await startTown(() => Math.floor(clock.now()));
  const wireLog: WireLog = { attempts: [], met: new Map() };
  const wire: Wire = {
    town,
    random,
    now: () => clock.now(),
    log: wireLog,
    faultFraction: 0.45,
    outage: new Map(),
    flights,
    turn: Promise.resolve(),
  };
  let count = 0;
  const log = new RecordingLogger();
  const parts: Omit<ProcessParts, 'life'> = {
    store,
    wire,
    clock,
    log,
    random,
    crowdedFrom: seed % 2 === 0 ? 3 : 100,
    picture: PICTURE,
    nextId() {
      count += 1;
      return markerOf(count);
    },
  };
  const committed: Round['committed'] = { ids: [], replies: [] };
  for (const [index, { chat }] of town.rooms.entries()) {
    for (const one of subscriptionsOf(chat, index, START_AT)) await store.subscriptions.add(one);
  }
  const troubles = drawTroubles(town, wire, random, START_AT, STORY_MS);
  const agenda: Item[] = [
    ...troubles.map(({ at, happen, tell }) => ({
      at,
      happen,
      ...(tell === undefined ? {} : { work: tell }),
    })),
    ...drawStory(random, START_AT, STORY_MS).map((telling) =>
      tellingItem(telling, store, parts.nextId, committed, () => Math.ceil(clock.now())),
    ),
    ...repliesOf(town, random, store, committed),
    ...mutesOf(town, random),
    ...endsOf(random),
  ].sort((a, b) => a.at - b.at);

  const deaths: string[] = [];
  let life = 1;
  let process = startChatProcess({ ...parts, life });
  let undone: NonNullable<Item['work']>[] = [];

  async function work(what: NonNullable<Item['work']>): Promise<void> {
    try {
      await what(process);
      process.wake();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      undone.push(what);
    }
  }

  /** The process goes, and a while later another one comes. */
  async function nextLife(): Promise<void> {
    const died = process.isDead();
    const end = process.end();
    let isOver = false;
    void end.finally(() => {
      isOver = true;
    });
    await clock.advance(0);
    while (!isOver) await clock.advance(500);
    await end;
    const at = process.diedAt();
    if (at !== undefined) deaths.push(at);
    else if (died) deaths.push('elsewhere');
    await clock.advance(Math.round(random() ** 2 * 15_000));
    life += 1;
    process = startChatProcess({ ...parts, life });
    const again = undone;
    undone = [];
    for (const what of again) await work(what);
  }

  const endAt = START_AT + STORY_MS + PATIENCE_MS;
  for (;;) {
    const next = agenda[0];
    const now = clock.now();
    if (next === undefined && undone.length === 0 && (await unsettled(store)) === 0) break;
    if (now > endAt) break;
    if (next === undefined || next.at > now) {
      await clock.advance(Math.max(1, Math.min(STEP_MS, (next?.at ?? now + STEP_MS) - now)));
    }
    if (process.isDead()) await nextLife();
    while ((agenda[0]?.at ?? Number.POSITIVE_INFINITY) <= clock.now()) {
      const item = agenda.shift();
      item?.happen?.();
      if (item?.work !== undefined) await work(item.work);
      if (item?.ends === 'kill') process.die();
      if (item?.ends === 'stop' || process.isDead()) await nextLife();
    }
  }
  const end = process.end();
  let isOver = false;
  void end.finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(500);
  await end;
  return {
    seed,
    rows: await rowsOf(store, town),
    committed,
    rooms: town.rooms.map((room) => ({ room, arrivals: arrivalsIn(town, room) })),
    wire: wireLog,
    troubles: troubles.map(({ name }) => name),
    deaths,
    lives: life,
    picture: PICTURE,
    log: log.lines,
  };
}

/** Resolves when no request is being worked on, and all that follows from it has been done. */
async function stillness(flights: Wire['flights']): Promise<void> {
  for (let quiet = 0; quiet < 4; ) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const held = [...flights].filter((flight) => flight.isHeld());
    for (const { letNext } of held) letNext();
    quiet = held.length === flights.size ? quiet + 1 : 0;
  }
}

async function unsettled(store: Store): Promise<number> {
  const { pending, claimed } = await store.outbox.counts();
  return pending + claimed;
}

async function rowsOf(store: Store, { rooms }: Town): Promise<OutboxRow[]> {
  const rows = await Promise.all(
    rooms.flatMap(({ chats }) => chats.map((chat) => store.outbox.ofChat(chat, 1000))),
  );
  return rows.flat();
}

function tellingItem(
  telling: Telling,
  store: Store,
  nextId: () => string,
  committed: Round['committed'],
  now: () => number,
): Item {
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
      const [first] = messages;
      if (first === undefined) return;
      // The life before may have died after its commit.
      const known = await store.outbox.ofChat(first.chat, 1000);
      if (!known.some(({ id }) => id === first.id)) {
        await process.store.alerts.commit({ states: [], messages });
      }
      committed.ids.push(...messages.map(({ id }) => id));
    },
  };
}

function nameOf({ chat, asset }: Subscription): string {
  return `${chatKey(chat)} ${asset}`;
}

/** What people ask on Telegram: answers are stored with how far was read. */
function repliesOf(
  town: Town,
  random: Random,
  store: Store,
  committed: Round['committed'],
): Item[] {
  const rooms = town.rooms.filter(({ chat }) => chat.platform === 'telegram');
  const times = Array.from({ length: 30 }, () => START_AT + Math.round(random() * STORY_MS));
  return times
    .sort((a, b) => a - b)
    .map((at, index) => {
      const room = rooms[Math.floor(random() * rooms.length)] as Room;
      const position = index + 1;
      return {
        at,
        async work({ inbox }) {
          const read = (await store.inbound.position('telegram')) ?? 0;
          const title = `answer ${position}.`;
          const chat = room.chats.at(-1) ?? room.chat;
          if (read < position) {
            await inbox.commit('telegram', position, [{ chat, doc: makeDoc({ title }) }]);
          }
          committed.replies.push(title);
        },
      };
    });
}

function mutesOf(town: Town, random: Random): Item[] {
  return Array.from({ length: 3 }, () => {
    const room = town.rooms[Math.floor(random() * town.rooms.length)] as Room;
    const at = START_AT + Math.round(random() * STORY_MS);
    return {
      at,
      work: ({ store }) => store.subscriptions.mute(room.chat, at + 2 * MINUTE_MS),
    };
  });
}

/** Besides the deaths at writes: killed at any moment, and stopped as a person would. */
function endsOf(random: Random): Item[] {
  return (['kill', 'kill', 'kill', 'stop', 'stop'] as const).map((ends) => ({
    at: START_AT + Math.round(random() * STORY_MS),
    ends,
  }));
}
