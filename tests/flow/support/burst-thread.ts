import { parentPort, workerData } from 'node:worker_threads';
import type { BurstPlatform, StageAnswer, StageRequest } from './burst-stage.ts';
import { discordStage } from './discord-stage.ts';
import { telegramStage } from './telegram-stage.ts';
import { readFace } from './waiting-clock.ts';

/**
 * The thread of a fake platform: what the platform remembers is not in the heap of the program,
 * and its work does not take the program's time.
 */
const { platform, face, token, rooms } = workerData as {
  platform: BurstPlatform;
  face: SharedArrayBuffer;
  token: string;
  rooms: number;
};

const make = platform === 'discord' ? discordStage : telegramStage;
const stage = await make({ token, rooms, now: readFace(face) });
const tell = (answer: StageAnswer) => parentPort?.postMessage(answer);

async function carryOut(request: StageRequest): Promise<void> {
  switch (request.kind) {
    case 'ask':
      await stage.ask(request.room);
      return tell({ kind: 'done', id: request.id });
    case 'report':
      return tell({ kind: 'done', id: request.id, report: stage.report() });
    case 'close':
      await stage.close();
      tell({ kind: 'done', id: request.id });
      parentPort?.close();
  }
}

parentPort?.on('message', (request: StageRequest) => {
  carryOut(request).catch((error: unknown) =>
    tell({ kind: 'done', id: request.id, error: String(error) }),
  );
});
tell({ kind: 'ready', url: stage.url, rooms: stage.rooms });
