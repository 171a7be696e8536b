import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../fakes/temp-store.ts';
import { startCrowdedMarket } from './support/crowded-market.ts';
import { countAlerts, countCopies } from './support/printed-alerts.ts';
import { type RealProcess, startProcess } from './support/real-process.ts';
import { readStored, type StoredFacts, type StoredMessage } from './support/stored-messages.ts';

/** `npm run test:long` dies at every write. */
const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const KILL_AT_WRITE = pathToFileURL(join(import.meta.dirname, 'support/kill-at-write.ts')).href;

/** Everything from a subscription to a settled message. */
const FLOW = ['subscriptions', 'alert_states', 'outages', 'message_docs', 'outbox'];
/** What the flow stands on: newest figures, readings and series. */
const FIGURES = [
  'snapshots',
  'readings',
  'assets',
  'instruments',
  'instrument_days',
  'asset_minutes',
];

const SUBSCRIBING = ['subscribe ETH high both', 'subscribe BTC elevated down'];
const SUBSCRIPTIONS = ['BTC level:elevated', 'ETH level:high'];
/** What has to be told: two alerts of different severity, and that a source is gone. */
const EXPECTED = ['ETH-down raise', 'BTC-down raise', 'morpho-blue source-lost'];
const FINAL = ['sent', 'refused', 'expired', 'superseded', 'unverified'];

const SHORT_HISTORY = 'backfill: { assets: 2 }\n';
/** Quick periods, and levels at which the three messages are all there is to tell. */
const CONFIG = `${SHORT_HISTORY}
evaluation: { periodSeconds: 10 }
sources:
  binance-usdm: { periodSeconds: 15 }
  bybit: { periodSeconds: 15 }
  hyperliquid: { periodSeconds: 15 }
lending: { morpho-blue: { periodSeconds: 5 } }
depth: { assets: 2, periodSeconds: 15 }
observe: { minPositionTtlMs: 10000 }
score: { levels: { elevated: 25, high: 58, critical: 99 } }
alerts:
  levelFloorPoints: { elevated: 25, high: 58, critical: 99 }
  sourceLostAfterMs: 10000
`;

/** Market ms per real ms: an evaluation every half second. */
const SPEED = 20;

interface Point {
  /** As `kill-at-write` names it. */
  write: string;
  count: number;
  when: 'before' | 'after';
}

it('kill -9 at the writes of the flow: nothing committed is lost, nothing settled is sent twice, no storm', async () => {
  const scene = await prepareScene();
  const whole = await scene.start('whole');
  await whole.process.until(() => isWatching(whole) && hasTold(whole));
  await stop(whole);
  expect(countAlerts(whole.process.stdout())).toBe(EXPECTED.length);

  const points = pointsOf(await whole.writes());
  const total = points.length;
  let killed = 0;
  // Two at a time: most of a life is waiting for the start of Node and for the market.
  const lane = async (number: number) => {
    for (let point = points.shift(); point !== undefined; point = points.shift()) {
      const name = `${number}-${points.length}`;
      // A life whose commits fell together had no such write: the next one most likely has.
      const died =
        (await dieAndRestart(scene, point, name)) ||
        (await dieAndRestart(scene, point, `${name}-again`));
      if (died) killed += 1;
    }
  };
  await Promise.all([lane(1), lane(2)]);
  // Now and then two commits of the model life are one in another, which then has less to die at.
  expect(total).toBeGreaterThan(14);
  expect(killed).toBeGreaterThan(0.85 * total);
}, 900_000);

interface Life {
  process: RealProcess;
  database: string;
  /** Names of its writes so far, of those that are counted. */
  writes(): Promise<string[]>;
}

interface Scene {
  /** A process on its own copy of the database, or on that of `after`, a life that has ended. */
  start(name: string, kill?: Point, after?: Life): Promise<Life>;
}

/** A crowded market, and a database that has its history but nobody who subscribed. */
async function prepareScene(): Promise<Scene> {
  const market = await startCrowdedMarket(10 * SPEED);
  onTestFinished(() => market.close());
  const folder = await tempFolder();
  const configFile = async (name: string, settings: string) => {
    const path = join(folder, name);
    await writeFile(path, `${settings}console: { chartsFolder: ${join(folder, 'charts')} }\n`);
    return path;
  };
  const config = await configFile('config.yaml', CONFIG);
  const start = (database: string, environment: Record<string, string>) =>
    startProcess(['start'], {
      SOURCES_BASE_URL: market.url,
      CONFIG_FILE: config,
      DATABASE_URL: database,
      HTTP_PORT: '0',
      // Dozens of lives: the second and all others need not compile the program again.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...environment,
    });

  const seed = join(folder, 'seed.db');
  // The usual holds: an outage that began here would have been told to nobody.
  const first = start(seed, { CONFIG_FILE: await configFile('seed.yaml', SHORT_HISTORY) });
  // Scores come with the history that is read beside the jobs.
  await first.ask('/metrics', (metrics) => metrics.includes('cascade_watch_score{asset="BTC"'));
  first.signal('SIGTERM');
  expect(await first.exited).toEqual({ code: 0, signal: null });
  market.control({ speed: SPEED });
  market.control({ fault: { source: 'morpho-blue', kind: '500' } });

  return {
    async start(name, kill, after) {
      const database = after?.database ?? join(folder, `${name}.db`);
      if (after === undefined) await copyFile(seed, database);
      const trace = join(folder, `${name}.trace`);
      const process = start(database, {
        NODE_OPTIONS: `--import ${KILL_AT_WRITE}`,
        KILL_TABLES: [...FLOW, ...FIGURES].join(),
        KILL_TRACE: trace,
        ...(kill === undefined
          ? {}
          : {
              KILL_AT_WRITE: kill.write,
              KILL_AT_COUNT: String(kill.count),
              KILL_WHEN: kill.when,
            }),
      });
      if (after === undefined) for (const line of SUBSCRIBING) process.type(line);
      const writes = async () => (await readFile(trace, 'utf8')).trimEnd().split('\n');
      return { process, database, writes };
    },
  };
}

/** One life that is killed, and one that goes on from what it left. False: it was not killed. */
async function dieAndRestart(scene: Scene, point: Point, lives: string): Promise<boolean> {
  const name = `${point.when} ${point.write} (${point.count})`;
  const first = await scene.start(lives, point);
  // Seen from its log alone: to open the file would tidy up what the dead one leaves.
  const allTold = first.process.until(
    () => first.process.stderr().split('"msg":"message delivered"').length > EXPECTED.length,
  );
  // Then it is asked to stop, as the last figures are written at the very end.
  allTold.then(
    () => first.process.signal('SIGTERM'),
    () => undefined,
  );
  const killed = (await first.process.exited).signal === 'SIGKILL';
  const left = await readDead(first.database);

  const second = await scene.start(`${lives}-second`, undefined, first);
  const confirmed = first.process.stdout().split('Subscribed: ').length - 1;
  // What was not confirmed is asked for again, as a person would.
  for (const line of SUBSCRIBING.slice(confirmed)) second.process.type(line);
  // `watching` follows the first evaluation: a storm would be in the outbox by then.
  await second.process.until(() => isWatching(second) && hasTold(second));
  await stop(second);
  check(name, left, readStored(second.database), {
    confirmed,
    printed: first.process.stdout() + second.process.stdout(),
  });
  return killed;
}

async function stop({ process }: Life): Promise<void> {
  process.signal('SIGTERM');
  expect(await process.exited, process.stderr()).toEqual({ code: 0, signal: null });
}

function isWatching({ process }: Pick<Life, 'process'>): boolean {
  return process.stderr().includes('"msg":"watching"');
}

/** Everything that has to be told was decided and is settled. */
function hasTold({ database }: Life): boolean {
  return hasToldAll(readStored(database).messages);
}

function hasToldAll(messages: readonly StoredMessage[]): boolean {
  const settled = messages.filter(({ state }) => FINAL.includes(state)).map(subjectOf);
  return EXPECTED.every((subject) => settled.includes(subject));
}

/** An incident's id begins with asset and side, an outage's with the source. */
function subjectOf({ groupId, kind }: StoredMessage): string {
  return `${groupId.split('-').slice(0, 2).join('-')} ${kind}`;
}

/** On a copy, so that the next life finds the file and its log as the dead one left them. */
async function readDead(database: string): Promise<StoredFacts> {
  const copy = `${database}.copy`;
  await copyFile(database, copy);
  // A process that was stopped leaves no log.
  if (existsSync(`${database}-wal`)) await copyFile(`${database}-wal`, `${copy}-wal`);
  return readStored(copy);
}

function check(
  name: string,
  left: StoredFacts,
  end: StoredFacts,
  seen: { confirmed: number; printed: string },
): void {
  expect([left.integrity, end.integrity], name).toEqual(['ok', 'ok']);

  expect(left.subscriptions, name).toEqual(
    expect.arrayContaining(SUBSCRIPTIONS.slice(SUBSCRIPTIONS.length - seen.confirmed)),
  );
  expect(end.subscriptions, name).toEqual(SUBSCRIPTIONS);

  // A state and its message are one commit.
  const told = left.messages.filter(({ kind }) => kind === 'raise').map(({ groupId }) => groupId);
  expect(left.incidents.map((text) => text.split(' ').at(-1)).sort(), name).toEqual(told.sort());
  expect(end.incidents, name).toEqual(expect.arrayContaining(left.incidents));

  expect(end.messages.map(subjectOf).sort(), name).toEqual(EXPECTED.toSorted());
  let repeats = 0;
  for (const message of end.messages) {
    const before = left.messages.find(({ id }) => id === message.id);
    const copies = countCopies(seen.printed, message.doc);
    const what = `${name}: ${subjectOf(message)}, ${before?.state} when it was killed`;
    expect(FINAL, what).toContain(message.state);
    // Handed to the terminal, and nobody lived to see whether it was printed.
    if (before?.state !== 'claimed' || before.attempts === 0) {
      expect({ state: message.state, copies }, what).toEqual({ state: 'sent', copies: 1 });
      continue;
    }
    expect(message.state, what).toBe('unverified');
    if (message.severity >= 2) {
      // A warning twice is better than never.
      repeats += 1;
      expect([1, 2], what).toContain(copies);
    } else {
      expect([0, 1], what).toContain(copies);
    }
  }
  for (const { id } of left.messages) expect(end.messages.map((one) => one.id)).toContain(id);
  expect(countAlerts(seen.printed), name).toBeLessThanOrEqual(EXPECTED.length + repeats);
}

/** Where to die, given the writes of a life that went well. */
function pointsOf(writes: readonly string[]): Point[] {
  const counts = new Map<string, number>();
  return writes.flatMap((write): Point[] => {
    const count = (counts.get(write) ?? 0) + 1;
    counts.set(write, count);
    if (count > timesOf(write)) return [];
    // Inside a transaction nothing is durable, neither before a statement nor after it.
    const moments = write.startsWith('inside')
      ? (['before'] as const)
      : (['before', 'after'] as const);
    return moments.map((when) => ({ write, count, when }));
  });
}

/** How many writes of one name are worth a death. */
function timesOf(write: string): number {
  const table = /"(\w+)"/.exec(write)?.[1] ?? '';
  if (FIGURES.includes(table)) return LONG ? 3 : Number(/^alone .*"snapshots"/.test(write));
  if (LONG) return 100;
  if (write.startsWith('inside')) return Number(table === 'outbox');
  // The settlement of a warning that may be repeated, and that of one that may not.
  return write.includes('"settled_at"') ? 2 : 1;
}
