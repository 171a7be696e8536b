import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startMarket } from '../../demo/market/server.ts';
import { tempFolder } from '../fakes/temp-store.ts';
import { chatDesk } from './support/chat-desk.ts';
import { chatService, DISCORD_TOKEN, TELEGRAM_TOKEN } from './support/chat-service.ts';
import { startProcess } from './support/real-process.ts';
import { goesOnEvaluating, logged, problem, stopService } from './support/service-log.ts';
import { storeAlerts } from './support/stored-alert.ts';
import { readStored } from './support/stored-messages.ts';

const LOOK = { timeout: 25_000, interval: 20 };
const CONFIG = 'console: { enabled: false }\nbackfill: { days: 1 }\n';
const PRELOAD = `--import ${join(import.meta.dirname, 'support/failing-disk.ts')}`;
const SECRETS = [DISCORD_TOKEN, TELEGRAM_TOKEN];

it('a disk that fills up while it runs: it says so, sends nothing twice, forgets nothing, and goes on when there is room', async () => {
  const startAt = Date.UTC(2026, 10, 24, 12);
  const market = await startMarket({
    port: 0,
    speed: 60,
    scenario: 'quiet',
    seed: 3,
    startAt,
    historyDays: 2,
  });
  onTestFinished(() => market.close());
  const { discord, telegram, database, start } = await chatService(market.url, CONFIG);
  const { room, place, copies, askOnDiscord, askOnTelegram } = chatDesk(discord, telegram);
  const stateFile = join(await tempFolder(), 'disk');
  const disk = (state: 'well' | 'full' | 'read-only') => writeFileSync(stateFile, state);
  const stateOf = (id: string) => readStored(database).messages.find((one) => one.id === id)?.state;
  disk('well');

  const service = start({ NODE_OPTIONS: PRELOAD, DISK_STATE_FILE: stateFile });
  await service.ask('/readyz', (_, status) => status === 200);

  // It fills up while two alerts are on their way: they arrive, which cannot be noted.
  telegram.fault({ method: /^send/, kind: { delayMs: 1_000 }, times: 1 });
  discord.fault({ method: 'POST', path: /messages$/, kind: { delayMs: 1_000 }, times: 1 });
  await storeAlerts(database, market.clock.now(), [
    { id: 'd1', chat: room, title: 'alert for Discord' },
    { id: 't1', chat: place, title: 'alert for Telegram' },
  ]);
  const isUnderWay = () =>
    telegram.calls.some(({ method, pending }) => /^send/.test(method) && pending) &&
    discord.calls.some(({ method, path, status }) => {
      return method === 'POST' && path.endsWith('messages') && status === 0;
    });
  await expect.poll(isUnderWay, LOOK).toBe(true);
  disk('full');
  await expect.poll(() => copies.discord('alert for Discord'), LOOK).toBe(1);
  await expect.poll(() => copies.telegram('alert for Telegram'), LOOK).toBe(1);
  await expect
    .poll(() => logged(service, 'delivery not recorded, trying again').length, LOOK)
    .toBe(2);
  await problem(service, /the database does not work: .*the disk is full/);

  // Asked meanwhile: Discord is answered, Telegram's update waits for its place in the database.
  expect(await askOnDiscord('help')).toContain('/subscribe');
  const answers = askOnTelegram('help');
  await expect
    .poll(() => logged(service, 'telegram update not stored, it is tried again').length, LOOK)
    .toBeGreaterThan(1);
  expect(answers()).toBe(0);
  expect(await service.ask('/healthz', (_, status) => status === 200)).toBe('alive\n');

  disk('well');
  await expect.poll(answers, LOOK).toBe(1);
  await expect.poll(() => [stateOf('d1'), stateOf('t1')], LOOK).toEqual(['sent', 'sent']);
  await service.ask('/readyz', (_, status) => status === 200);
  await goesOnEvaluating(service);

  // Read-only: nothing is even begun that could not be noted.
  disk('read-only');
  await storeAlerts(database, market.clock.now(), [
    { id: 'd2', chat: room, title: 'second for Discord' },
    { id: 't2', chat: place, title: 'second for Telegram' },
  ]);
  await problem(service, /the database cannot be written: it is read-only/);
  await expect
    .poll(() => logged(service, 'delivery round failed').length, LOOK)
    .toBeGreaterThanOrEqual(2);
  expect([copies.discord('second'), copies.telegram('second')]).toEqual([0, 0]);
  disk('well');
  await expect.poll(() => [stateOf('d2'), stateOf('t2')], LOOK).toEqual(['sent', 'sent']);

  await stopService(service, SECRETS);
  for (const [title, on] of [
    ['alert for Discord', copies.discord],
    ['alert for Telegram', copies.telegram],
    ['second for Discord', copies.discord],
    ['second for Telegram', copies.telegram],
  ] as const) {
    expect(on(title), title).toBe(1);
  }
  expect(answers()).toBe(1);
  expect(readStored(database).integrity).toBe('ok');
}, 120_000);

describe('a database that cannot be written when it starts ends it at once with 69:', () => {
  const environment = (database: string) => ({
    SOURCES_BASE_URL: 'http://127.0.0.1:9',
    HTTP_PORT: '0',
    DATABASE_URL: database,
  });

  it.each([
    ['full', 'cascade-watch: the database cannot be written: the disk is full'],
    ['read-only', 'cascade-watch: the database cannot be written: it is read-only'],
  ])('%s', async (state, said) => {
    const folder = await tempFolder();
    const database = join(folder, 'watch.db');
    // There already, with all its tables.
    await storeAlerts(database, 0, []);
    const stateFile = join(folder, 'disk');
    writeFileSync(stateFile, state);
    const service = startProcess(['start'], {
      ...environment(database),
      NODE_OPTIONS: PRELOAD,
      DISK_STATE_FILE: stateFile,
    });
    expect(await service.exited).toEqual({ code: 69, signal: null });
    expect(service.stderr()).toContain(said);
    expect(service.stderr()).not.toContain('listening for');
  });

  it.skipIf(!canMount())('a real file system that is full, and one that is read-only', async () => {
    const folder = join(await tempFolder(), 'disk');
    mkdirSync(folder);
    run('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder);
    // Lazily: a process that is being killed may still hold a file open.
    onTestFinished(() => run('umount', '-l', folder));
    const database = join(folder, 'watch.db');
    await storeAlerts(database, 0, []);
    const filler = join(folder, 'filler');
    fill(filler);
    const onFull = startProcess(['start'], environment(database));
    expect(await onFull.exited).toEqual({ code: 69, signal: null });
    expect(onFull.stderr()).toMatch(/^cascade-watch: the (database|disk).* full\b/m);
    rmSync(filler);

    run('mount', '-o', 'remount,ro', folder);
    const onReadOnly = startProcess(['start'], environment(database));
    expect(await onReadOnly.exited).toEqual({ code: 69, signal: null });
    expect(onReadOnly.stderr()).toMatch(/^cascade-watch: the database .*(read-only|opened)/m);
    run('mount', '-o', 'remount,rw', folder);
    expect(existsSync(database)).toBe(true);
    expect(readStored(database).integrity).toBe('ok');
  });
});

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}

/** Until the disk takes no more. */
function fill(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(4_000_000));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** File systems of their own are for those who may make them: root of a machine or container. */
function canMount(): boolean {
  try {
    run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
