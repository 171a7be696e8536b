import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../fakes/temp-store.ts';
import { brokenByDeath } from './support/chat-kill-oracle.ts';
import { type ChatService, chatService } from './support/chat-service.ts';
import { type ChatWorld, chatWorld } from './support/chat-world.ts';
import { startCrowdedMarket } from './support/crowded-market.ts';
import type { RealProcess } from './support/real-process.ts';
import { readChats, readDeadChats } from './support/stored-deliveries.ts';

/** `npm run test:long` dies at every write. */
const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const KILL_AT_WRITE = pathToFileURL(join(import.meta.dirname, 'support/kill-at-write.ts')).href;
const TABLES = [
  'subscriptions',
  'alert_states',
  'message_docs',
  'outbox',
  'places',
  'closed_chats',
  'inbound_positions',
];

const SHORT_HISTORY = 'console: { enabled: false }\nbackfill: { assets: 2 }\n';
/**
 * Something new to tell every four seconds, of one incident that stays open: slower than the 20 a
 * minute of a group, so that nothing is left waiting however long a life takes.
 */
const CONFIG = `${SHORT_HISTORY}
evaluation: { periodSeconds: 10 }
sources:
  binance-usdm: { periodSeconds: 15 }
  bybit: { periodSeconds: 15 }
  hyperliquid: { periodSeconds: 15 }
depth: { assets: 2, periodSeconds: 15 }
score: { levels: { elevated: 25, high: 58, critical: 99 } }
alerts:
  levelFloorPoints: { elevated: 25, high: 58, critical: 99 }
  repeatMs: { elevated: 80000, high: 80000, critical: 80000 }
`;
/** Market ms per real ms. */
const SPEED = 20;

interface Point {
  /** The beginning of it, as `kill-at-write` names it. */
  write: string;
  count: number;
  when: 'before' | 'after';
}

/** One of each kind that concerns chats. */
const A_HANDFUL: readonly Point[] = [
  { write: 'commit insert into "inbound_positions"', count: 1, when: 'after' },
  { write: 'commit update "outbox" set "state"', count: 4, when: 'after' },
  { write: 'alone update "outbox" set "begun"', count: 5, when: 'after' },
  { write: 'alone update "outbox" set "worker"', count: 4, when: 'before' },
  { write: 'commit insert into "places"', count: 2, when: 'after' },
];

it('kill -9 at the writes that concern chats: both platforms show what the outbox says, once', async () => {
  const scene = await prepareScene();
  const whole = await scene.begin();
  const trace = await whole.start('whole');
  await whole.world.live(trace.process);
  await stop(trace.process);
  const end = readChats(whole.service.database);
  expect(brokenByDeath({ ...end, deliveries: [] }, end, whole.world, true)).toEqual([]);

  const points = pointsOf(await trace.writes());
  const total = points.length;
  expect(total).toBeGreaterThanOrEqual(LONG ? 40 : A_HANDFUL.length);
  let killed = 0;
  // Two at a time: much of a life is waiting for the start of Node and for the market.
  const lane = async () => {
    for (let point = points.shift(); point !== undefined; point = points.shift()) {
      const name = `${point.when} ${point.write} (${point.count})`;
      const isKilled = await dieAndRestart(scene, point, name).catch((cause: unknown) => {
        throw new Error(name, { cause });
      });
      if (isKilled) killed += 1;
    }
  };
  await Promise.all([lane(), lane()]);
  // Now and then a life has one write less of a kind than the model life had.
  expect(killed).toBeGreaterThanOrEqual(0.8 * total);
}, 1_200_000);

interface Life {
  process: RealProcess;
  /** Names of its writes so far, of those that are counted. */
  writes(): Promise<string[]>;
}

interface Stage {
  service: ChatService;
  world: ChatWorld;
  start(name: string, kill?: Point): Promise<Life>;
}

interface Scene {
  /** Fresh chats, and a database with the market's history in it. */
  begin(): Promise<Stage>;
}

async function prepareScene(): Promise<Scene> {
  const market = await startCrowdedMarket(10 * SPEED);
  onTestFinished(() => market.close());
  const compiled = await tempFolder();
  const first = await chatService(market.url, SHORT_HISTORY);
  const process = first.start({ NODE_COMPILE_CACHE: compiled });
  // Scores come with the history that is read beside the jobs.
  await process.ask('/metrics', (text) => text.includes('cascade_watch_score{asset="BTC"'));
  await stop(process);
  market.control({ speed: SPEED });
  return {
    async begin() {
      const service = await chatService(market.url, CONFIG);
      await copyFile(first.database, service.database);
      const world = chatWorld(service.discord, service.telegram, service.database);
      return {
        service,
        world,
        async start(name, kill) {
          const trace = `${service.database}.${name}.trace`;
          const environment = {
            NODE_OPTIONS: `--import ${KILL_AT_WRITE}`,
            // Dozens of lives: the second and all others need not compile the program again.
            NODE_COMPILE_CACHE: compiled,
            KILL_TABLES: TABLES.join(),
            KILL_TRACE: trace,
            ...(kill === undefined
              ? {}
              : {
                  KILL_AT_WRITE: kill.write,
                  KILL_AT_COUNT: String(kill.count),
                  KILL_WHEN: kill.when,
                }),
          };
          const writes = async () => (await readFile(trace, 'utf8')).trimEnd().split('\n');
          return { process: service.start(environment), writes };
        },
      };
    },
  };
}

/** One life that is killed, and one that goes on from what it left. False: it was not killed. */
async function dieAndRestart(scene: Scene, point: Point, name: string): Promise<boolean> {
  const { service, world, start } = await scene.begin();
  const first = await start('first', point);
  const isKilled = await world.live(first.process).then(
    () => false,
    async (error: unknown) => {
      const { signal } = await first.process.exited;
      if (signal !== 'SIGKILL') throw error;
      return true;
    },
  );
  if (!isKilled) await stop(first.process);
  const confirmed = world.confirmed.discord;
  const left = await readDeadChats(service.database);

  const second = await start('second');
  await world.live(second.process);
  await stop(second.process);
  const broken = brokenByDeath(left, readChats(service.database), world, confirmed);
  expect(broken, name).toEqual([]);
  return isKilled;
}

async function stop(process: RealProcess): Promise<void> {
  process.signal('SIGTERM');
  expect(await process.exited, process.stderr()).toEqual({ code: 0, signal: null });
}

/** How many writes of one name are worth a death: those of different messages differ. */
function timesOf(write: string): number {
  return write.includes('"outbox"') && !write.startsWith('inside') ? 6 : 2;
}

/** Where to die, given the writes of a life that went well. */
function pointsOf(writes: readonly string[]): Point[] {
  const names = [...new Set(writes)];
  if (!LONG) {
    return A_HANDFUL.map((point) => {
      const write = names.find((name) => name.startsWith(point.write));
      if (write === undefined) throw new Error(`no ${point.write} among\n${names.join('\n')}`);
      return { ...point, write };
    });
  }
  return names.flatMap((write) => {
    const times = writes.filter((name) => name === write).length;
    // Inside a transaction nothing is durable, neither before a statement nor after it.
    const moments = write.startsWith('inside')
      ? (['before'] as const)
      : (['before', 'after'] as const);
    return Array.from({ length: Math.min(times, timesOf(write)) }, (_, index) =>
      moments.map((when) => ({ write, count: index + 1, when })),
    ).flat();
  });
}
