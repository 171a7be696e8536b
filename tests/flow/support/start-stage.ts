import { Worker } from 'node:worker_threads';
import type {
  BurstPlatform,
  BurstRoom,
  StageAnswer,
  StageReport,
  StageRequest,
} from './burst-stage.ts';

/** A fake platform in a thread of its own. */
export interface RemoteStage {
  url: string;
  rooms: readonly BurstRoom[];
  ask(room: number): Promise<void>;
  report(): Promise<StageReport>;
  close(): Promise<void>;
}

/** `face`: the clock the platform goes by. */
export async function startStage(
  platform: BurstPlatform,
  face: SharedArrayBuffer,
  token: string,
  rooms: number,
): Promise<RemoteStage> {
  const workerData = { platform, face, token, rooms };
  const thread = new Worker(new URL('./burst-thread.ts', import.meta.url), { workerData });
  const waiting = new Map<number, (answer: Extract<StageAnswer, { kind: 'done' }>) => void>();
  const ready = Promise.withResolvers<Extract<StageAnswer, { kind: 'ready' }>>();
  let lastId = 0;
  thread.on('error', ready.reject);
  thread.on('message', (answer: StageAnswer) => {
    if (answer.kind === 'ready') return ready.resolve(answer);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  async function request(
    wanted: { kind: 'ask'; room: number } | { kind: 'report' | 'close' },
  ): Promise<StageReport | undefined> {
    lastId += 1;
    const id = lastId;
    const { promise, resolve } = Promise.withResolvers<Extract<StageAnswer, { kind: 'done' }>>();
    waiting.set(id, resolve);
    thread.postMessage({ ...wanted, id } satisfies StageRequest);
    const { error, report } = await promise;
    if (error !== undefined) throw new Error(error);
    return report;
  }

  const { url, rooms: made } = await ready.promise;
  return {
    url,
    rooms: made,
    async ask(room) {
      await request({ kind: 'ask', room });
    },
    async report() {
      const report = await request({ kind: 'report' });
      if (report === undefined) throw new Error('the platform gave no report');
      return report;
    },
    async close() {
      await request({ kind: 'close' });
      await thread.terminate();
    },
  };
}
