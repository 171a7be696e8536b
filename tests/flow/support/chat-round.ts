import type { OutboxRow, Store } from '../../../src/store/store.ts';
import { type LogLine, RecordingLogger } from '../../fakes/recording-logger.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { type Committed, drawAgenda, type Item } from './chat-agenda.ts';
import { type Lives, startLives } from './chat-lives.ts';
import { seldomDeath } from './chat-process.ts';
import { LONGEST_LIFE_MS, subscriptionsOf } from './chat-story.ts';
import {
  type Arrival,
  arrivalsIn,
  markerOf,
  type Room,
  startTown,
  type Town,
} from './chat-town.ts';
import { drawTroubles } from './chat-troubles.ts';
import type { Wire, WireLog } from './faulty-platform.ts';

const START_AT = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const STORY_MS = 10 * MINUTE_MS;
const STEP_MS = 2_000;
/** After the story; nothing lives longer. */
const PATIENCE_MS = LONGEST_LIFE_MS + 2 * MINUTE_MS;
const FAULT_FRACTION = 0.45;
/** Real time. */
const STUCK_AFTER_MS = 20_000;

/** What a round came to, in the database and in the chats. */
export interface Round {
  seed: number;
  rows: OutboxRow[];
  committed: Committed;
  rooms: { room: Room; arrivals: Arrival[] }[];
  wire: WireLog;
  /** Names of what happened in the chats, and of the writes at which the process died. */
  troubles: string[];
  deaths: readonly string[];
  /** All but the last one were killed or asked to stop in the middle of something. */
  lives: number;
  picture: Uint8Array;
  log: readonly LogLine[];
}

/**
 * Incidents told in chats of every kind, by the real deliveries and platforms over HTTP, while the
 * wire, the chats and the process fail as the seed says. `useClock` is given the clock of the round
 * for libraries that read the machine's.
 */
export async function playRound(
  seed: number,
  useClock: (clock: VirtualClock) => void,
): Promise<Round> {
  const random = seededRandom(seed);
  const flights: Wire['flights'] = new Set();
  const clock = new VirtualClock(START_AT, () => stillness(flights));
  useClock(clock);
  const now = () => Math.floor(clock.now());
  const store = await openTempStore();
  const town = await startTown(now);
  const wire: Wire = {
    town,
    random,
    now,
    log: { attempts: [], met: new Map() },
    faultFraction: FAULT_FRACTION,
    outage: new Map(),
    flights,
    turn: Promise.resolve(),
  };
  for (const [index, { chat }] of town.rooms.entries()) {
    for (const one of subscriptionsOf(chat, index, START_AT)) await store.subscriptions.add(one);
  }
  let count = 0;
  const nextId = () => {
    count += 1;
    return markerOf(count);
  };
  const committed: Committed = { ids: [], replies: [] };
  const story = { town, store, random, now, nextId, startAt: START_AT, lengthMs: STORY_MS };
  const troubles = drawTroubles(town, wire, random, START_AT, STORY_MS);
  const agenda = drawAgenda({ ...story, committed }, troubles);

  const log = new RecordingLogger();
  const picture = makePng(300, 200);
  // Two seeds of three tell crowded rooms in one message.
  const crowdedFrom = seed % 3 === 0 ? 100 : 3;
  const told = { log, random, nextId, picture, crowdedFrom };
  const lives = startLives({ store, wire, clock, ...told, seldom: seldomDeath(seed) });
  await follow(agenda, lives, clock, async () => {
    const { pending, claimed } = await store.outbox.counts();
    return pending + claimed === 0;
  });
  await lives.end();
  return {
    seed,
    rows: await rowsOf(store, town),
    committed,
    rooms: town.rooms.map((room) => ({ room, arrivals: arrivalsIn(town, room) })),
    wire: wire.log,
    troubles: troubles.map(({ name }) => name),
    deaths: lives.deaths,
    lives: lives.count(),
    picture,
    log: log.lines,
  };
}

/** Until everything has happened and all is settled, or nothing can be alive any more. */
async function follow(
  agenda: Item[],
  lives: Lives,
  clock: VirtualClock,
  isSettled: () => Promise<boolean>,
): Promise<void> {
  while (clock.now() <= START_AT + STORY_MS + PATIENCE_MS) {
    const next = agenda[0];
    if (next === undefined && !lives.hasUndone() && (await isSettled())) return;
    const waitMs = (next?.at ?? Number.POSITIVE_INFINITY) - clock.now();
    if (waitMs > 0) await clock.advance(Math.min(STEP_MS, waitMs));
    if (lives.isDead()) await lives.next();
    while ((agenda[0]?.at ?? Number.POSITIVE_INFINITY) <= clock.now()) {
      const item = agenda.shift();
      if (item !== undefined) await happen(item, lives);
    }
  }
}

async function happen(item: Item, lives: Lives): Promise<void> {
  item.happen?.();
  if (item.work !== undefined) await lives.work(item.work);
  if (item.ends === 'kill') lives.kill();
  if (item.ends === 'stop' || lives.isDead()) await lives.next();
}

/** Resolves when no request is being worked on, and all that follows from it has been done. */
async function stillness(flights: Wire['flights']): Promise<void> {
  const deadline = performance.now() + STUCK_AFTER_MS;
  for (let quiet = 0; quiet < 4; ) {
    if (performance.now() > deadline) throw new Error('a send neither ends nor waits for time');
    await new Promise<void>((resolve) => setImmediate(resolve));
    const held = [...flights].filter((flight) => flight.isHeld());
    for (const { letNext } of held) letNext();
    quiet = held.length === flights.size ? quiet + 1 : 0;
  }
}

async function rowsOf(store: Store, { rooms }: Town): Promise<OutboxRow[]> {
  const rows = await Promise.all(
    rooms.flatMap(({ chats }) => chats.map((chat) => store.outbox.ofChat(chat, 1000))),
  );
  return rows.flat();
}
