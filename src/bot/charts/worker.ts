import { parentPort } from 'node:worker_threads';
import type { Figure } from '../../alerts/message-doc.ts';
import { describeCause } from '../../errors.ts';
import { drawFigure } from './draw-figure.ts';
import type { DrawOutcome } from './draw-outcome.ts';

/** Runs in a worker thread: figures in, PNGs out, one answer for each. See `render-pool.ts`. */
export interface DrawRequest {
  id: number;
  figure: Figure;
}

export interface DrawResponse {
  id: number;
  outcome: DrawOutcome;
}

parentPort?.on('message', ({ id, figure }: DrawRequest) => {
  const response: DrawResponse = { id, outcome: drawn(figure) };
  parentPort?.postMessage(response);
});

function drawn(figure: Figure): DrawOutcome {
  try {
    // A Buffer may be a view into a shared pool; this copy is the picture's own.
    return { kind: 'drawn', png: new Uint8Array(drawFigure(figure)) };
  } catch (error) {
    return { kind: 'failed', reason: describeCause(error) };
  }
}
