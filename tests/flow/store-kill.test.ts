import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { tempFolder } from '../fakes/temp-store.ts';

const WRITER = fileURLToPath(new URL('support/store-writer.ts', import.meta.url));
const MESSAGES_PER_CHANGE = 20;

/** Lets the writer run until it has begun this many changes, kills it, and gives all it told. */
async function writeUntilKilled(path: string, changes: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const told: string[] = [];
  let begun = 0;
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += String(data);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(line);
    if (line.startsWith('begins')) begun += 1;
    if (begun === changes) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal, errors).toBe('SIGKILL');
  return told;
}

it('kill -9 in the middle of commits loses nothing that was committed and leaves nothing half done', async () => {
  const path = join(await tempFolder(), 'store.db');
  const sent = new Set<string>();
  let committed = 0;
  for (const changes of [2, 6, 1, 9, 4, 3]) {
    for (const line of await writeUntilKilled(path, changes)) {
      const [what, id] = line.split(' ');
      if (what === 'sent') sent.add(String(id));
      if (what === 'committed') committed = Math.max(committed, Number(id));
    }
    expect(integrity(path)).toBe('ok');

    const store = await openStore({ url: path });
    const states = await store.alerts.all();
    const [version, ...others] = states.map((state) => state.version);
    expect(others).toEqual([version]);
    // The last change may have been committed without having been told.
    expect(version).toBeGreaterThanOrEqual(committed);
    expect(version).toBeLessThanOrEqual(committed + 1);
    expect(states.map(({ lastReadingAt }) => lastReadingAt)).toEqual([version, version]);

    const counts = await store.outbox.counts();
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(Number(version) * MESSAGES_PER_CHANGE);
    // Of each chat only the newest message waits; the others were superseded or sent.
    expect(counts.pending + counts.claimed).toBeLessThanOrEqual(MESSAGES_PER_CHANGE + 1);
    for (let chat = 0; chat < MESSAGES_PER_CHANGE; chat += 1) {
      const rows = await store.outbox.ofChat({ platform: 'console', chatId: `chat-${chat}` }, 500);
      expect(rows.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: Number(version) }, (_, index) => Number(version) - index),
      );
      for (const row of rows) if (sent.has(row.id)) expect(row.state).toBe('sent');
    }
    await store.close();
  }
  expect(sent.size).toBeGreaterThan(10);
});

function integrity(path: string): unknown {
  const database = new DatabaseSync(path);
  const answer = database.prepare('pragma integrity_check').get()?.['integrity_check'];
  database.close();
  return answer;
}
