import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/open-store.ts';
import { type SimulatedRun, type SimulatedRunOptions, startSimulatedRun } from './simulated-run.ts';

/** A run on a database of its own, which `close` deletes: for runs that many tests look at. */
export async function startStoredRun(
  options: Omit<SimulatedRunOptions, 'store'>,
): Promise<{ run: SimulatedRun; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cascade-watch-'));
  const store = await openStore({ url: join(folder, 'test.db') });
  const run = await startSimulatedRun({ ...options, store });
  return {
    run,
    async close() {
      await run.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
