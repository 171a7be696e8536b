import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';

/** A real store on a file of its own; closed and deleted when the test has ended. */
export async function openTempStore(): Promise<Store> {
  const store = await openStore({ url: join(await tempFolder(), 'test.db') });
  onTestFinished(() => store.close());
  return store;
}

/** A folder of its own, deleted when the test has ended. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cascade-watch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
