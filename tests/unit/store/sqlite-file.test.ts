import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { createAlertStore } from '../../../src/store/alerts.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { allMigrations } from '../../../src/store/migrations/all-migrations.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { createOutboxStore } from '../../../src/store/outbox.ts';
import type { Database } from '../../../src/store/schema.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import {
  makeClaim,
  makeMessage,
  makePosition,
  makeState,
  T0,
} from '../../contract/store/builders.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { openTempStore, tempFolder } from '../../fakes/temp-store.ts';

describe('opening', () => {
  it('creates the folders of the file, migrates once and says so', async () => {
    const path = join(await tempFolder(), 'a', 'b', 'store.db');
    const log = new RecordingLogger();
    await (await openStore({ url: `sqlite:${path}`, log })).close();
    expect(log.lines.map(({ fields }) => fields)).toEqual([
      { migration: '001-initial' },
      { migration: '002-chat-platforms' },
      { migration: '003-liquidations' },
    ]);
    await (await openStore({ url: `sqlite:${path}`, log })).close();
    expect(log.lines).toHaveLength(3);
  });

  it('works in memory', async () => {
    const store = await openStore({ url: ':memory:' });
    await store.alerts.commit({ states: [makeState()], messages: [makeMessage()] });
    expect(await store.alerts.all()).toHaveLength(1);
    await store.close();
  });

  it('makes commits durable: write-ahead log, synced in full', async () => {
    const { db } = await openFile();
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`pragma ${name}`).execute(db)).rows[0] as object)[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
  });

  it('refuses a file that is no database', async () => {
    const path = join(await tempFolder(), 'notes.txt');
    await writeFile(path, 'not a database, but quite long enough to be looked at'.repeat(50));
    await expect(openStore({ url: path })).rejects.toMatchObject({ code: 'store/unreadable' });
    expect((await readFile(path)).toString()).toContain('not a database');
  });

  it("refuses another program's database and leaves it as it is", async () => {
    const path = join(await tempFolder(), 'theirs.db');
    const theirs = new DatabaseSync(path);
    theirs.exec('create table precious (x)');
    theirs.close();
    const before = await readFile(path);
    await expect(openStore({ url: path })).rejects.toMatchObject({ code: 'store/unreadable' });
    expect(await readFile(path)).toEqual(before);
  });

  it('refuses a damaged database', async () => {
    const path = await closedStore();
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
    await file.close();
    const failure = await openStore({ url: path }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'store/unreadable', cause: expect.anything() });
  });

  it('refuses a database that a newer version has written', async () => {
    const path = await closedStore();
    const raw = new DatabaseSync(path);
    raw.exec("insert into schema_migrations values ('999-future', '2030-01-01T00:00:00.000Z')");
    raw.close();
    await expect(openStore({ url: path })).rejects.toMatchObject({
      code: 'store/newer',
      message: expect.stringContaining('999-future'),
    });
  });

  it('says that a place cannot be written, or is a folder', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'file'), '');
    const below = openStore({ url: join(folder, 'file', 'x.db') });
    await expect(below).rejects.toMatchObject({ code: 'store/unwritable' });
    await expect(openStore({ url: folder })).rejects.toMatchObject({ code: 'store/unreadable' });
  });

  it('undoes a migration that fails half-way', async () => {
    const { db, dialect } = await openFile();
    const broken = {
      ...allMigrations(dialect),
      '998-broken': {
        async up(target: Kysely<unknown>) {
          await target.schema.createTable('half').addColumn('x', 'integer').execute();
          await sql`insert into nowhere values (1)`.execute(target);
        },
      },
    };
    await expect(migrate(db, broken)).rejects.toMatchObject({ code: 'store/failed' });
    const names = (await db.introspection.getTables()).map(({ name }) => name);
    expect(names).not.toContain('half');
    expect(names).toContain('outbox');
    await migrate(db, allMigrations(dialect));
  });
});

describe('reading', () => {
  it('leaves a damaged snapshot and a damaged reading out, and logs them', async () => {
    const path = join(await tempFolder(), 'store.db');
    const first = await openStore({ url: path });
    for (const source of ['bybit', 'hyperliquid']) {
      await first.snapshots.save({
        source,
        job: 'market',
        takenAt: T0,
        observations: [],
        gaps: [],
      });
    }
    const warming = { asset: assetId('BTC'), at: T0, needs: ['a price'] };
    await first.readings.save([{ status: 'warming-up', warming }]);
    await first.close();
    const file = new DatabaseSync(path);
    file.exec(`update snapshots set body = x'0000000501' where source = 'bybit'`);
    file.exec(`update readings set body = x'1f8b00'`);
    file.close();

    const log = new RecordingLogger();
    const store = await openStore({ url: path, log });
    onTestFinished(() => store.close());
    expect((await store.snapshots.all()).map(({ source }) => source)).toEqual(['hyperliquid']);
    expect(await store.readings.all()).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { level: 'error', fields: { source: 'bybit', job: 'market' } },
      { level: 'error', fields: { asset: 'BTC' } },
    ]);
  });
});

describe('writing', () => {
  it('on a full disk says so, leaves the change out as a whole, and works again with room', async () => {
    const { db, dialect } = await openFile();
    const alerts = createAlertStore(db, dialect);
    const outbox = createOutboxStore(db, dialect);
    const pages = Number((await pragmaRow(db, 'page_count'))['page_count']);
    await sql.raw(`pragma max_page_count = ${pages + 3}`).execute(db);
    const text = 'long '.repeat(10_000);
    const doc = { title: text, tone: 'high', blocks: [] } as const;
    const change = {
      states: [makeState()],
      messages: [makeMessage({ doc: { ...doc, blocks: [] } })],
    };
    await expect(alerts.commit(change)).rejects.toMatchObject({
      code: 'store/unwritable',
      message: expect.stringContaining('full'),
    });
    expect(await alerts.all()).toEqual([]);
    await sql.raw('pragma max_page_count = 1000000').execute(db);
    await alerts.commit(change);
    expect((await outbox.counts()).pending).toBe(1);
  });

  it('to a read-only database says so', async () => {
    const { db, dialect } = await openFile();
    await sql.raw('pragma query_only = on').execute(db);
    const commit = createAlertStore(db, dialect).commit({ states: [makeState()], messages: [] });
    await expect(commit).rejects.toMatchObject({ code: 'store/unwritable', retryable: false });
  });

  it('while another process holds the database is worth trying again', async () => {
    const { db, dialect, path } = await openFile();
    await sql.raw('pragma busy_timeout = 1').execute(db);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const commit = () =>
      createAlertStore(db, dialect).commit({ states: [makeState()], messages: [] });
    await expect(commit()).rejects.toMatchObject({ code: 'store/busy', retryable: true });
    other.exec('rollback');
    other.close();
    await commit();
  });

  it('never lets two transactions or a read see each other half done', async () => {
    const store = await openTempStore();
    const observations = Array.from({ length: 50 }, (_, index) => makePosition(index));
    const busy = Array.from({ length: 20 }, (_, round) => [
      store.alerts.commit({
        states: [makeState({ ruleKey: `level:high:${round}` })],
        messages: [makeMessage({ id: `m${round}`, groupId: `g${round}` })],
      }),
      store.outbox.claim(makeClaim()),
      store.snapshots.save({ source: 's', job: 'position', takenAt: T0, observations, gaps: [] }),
      store.checkWritable(),
    ]).flat();
    const seen: number[] = [];
    for (let look = 0; look < 20; look += 1) {
      const [states, counts] = [await store.alerts.all(), await store.outbox.counts()];
      expect(counts.pending + counts.claimed).toBeGreaterThanOrEqual(states.length);
      seen.push(states.length);
    }
    await Promise.all(busy);
    expect(await store.alerts.all()).toHaveLength(20);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  });
});

async function openFile() {
  const path = join(await tempFolder(), 'store.db');
  const dialect = openSqlite(path);
  const db = new Kysely<Database>({ dialect: dialect.kysely });
  onTestFinished(() => db.destroy());
  await migrate(db, allMigrations(dialect));
  return { path, db, dialect };
}

async function closedStore(): Promise<string> {
  const path = join(await tempFolder(), 'store.db');
  const store = await openStore({ url: path });
  await store.alerts.commit({ states: [makeState()], messages: [makeMessage()] });
  await store.close();
  return path;
}

async function pragmaRow(db: Kysely<Database>, name: string): Promise<Record<string, unknown>> {
  return (await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)).rows[0] ?? {};
}
