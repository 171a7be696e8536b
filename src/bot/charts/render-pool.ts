import { Worker } from 'node:worker_threads';
import type { Figure } from '../../alerts/message-doc.ts';
import type { DrawFigure, DrawOutcome } from './draw-outcome.ts';
import type { DrawRequest, DrawResponse } from './worker.ts';

export interface RenderPool {
  /** Never rejects: a crash, a full queue or lateness is a `failed` outcome. */
  draw: DrawFigure;
  /** Ends the thread; drawings under way fail. Later calls of `draw` fail at once. */
  close(): Promise<void>;
}

export interface RenderPoolOptions {
  /** Real time for one drawing, waiting in the queue included; then the thread is replaced. */
  deadlineMs?: number;
  /** Drawings waiting at most; more would only be late. */
  maxWaiting?: number;
  /** For tests: another program for the thread. */
  workerUrl?: URL;
}

interface Waiting {
  finish(outcome: DrawOutcome): void;
}

/** Enough for ECharts; a runaway drawing dies alone instead of taking the service with it. */
const MAX_HEAP_MB = 192;

/**
 * Draws figures in one worker thread, started with the first and replaced when it dies or hangs,
 * so that the event loop (heartbeats, three-second answers) never waits for a picture.
 */
export function createRenderPool(options: RenderPoolOptions = {}): RenderPool {
  const { deadlineMs = 4_000, maxWaiting = 64 } = options;
  const workerUrl = options.workerUrl ?? new URL('./worker.ts', import.meta.url);
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 1;
  let closed = false;

  function lose(lost: Worker, reason: string): void {
    if (worker !== lost) return;
    worker = undefined;
    void lost.terminate();
    for (const drawing of [...waiting.values()]) drawing.finish({ kind: 'failed', reason });
  }

  function start(): Worker {
    const started = new Worker(workerUrl, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    started.unref();
    started.on('message', ({ id, outcome }: DrawResponse) => waiting.get(id)?.finish(outcome));
    started.on('error', (error: Error) => lose(started, `drawing thread failed: ${error.message}`));
    started.on('exit', () => lose(started, 'drawing thread ended'));
    return started;
  }

  function draw(figure: Figure): Promise<DrawOutcome> {
    if (closed) return Promise.resolve({ kind: 'failed', reason: 'the service is stopping' });
    if (waiting.size >= maxWaiting) {
      return Promise.resolve({ kind: 'failed', reason: 'too many charts are waiting' });
    }
    const { promise, resolve } = Promise.withResolvers<DrawOutcome>();
    const id = nextId;
    nextId += 1;
    worker ??= start();
    const used = worker;
    const timer = setTimeout(() => lose(used, 'drawing took too long'), deadlineMs);
    waiting.set(id, {
      finish(outcome) {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(outcome);
      },
    });
    const request: DrawRequest = { id, figure };
    try {
      used.postMessage(request);
    } catch (error) {
      waiting.get(id)?.finish({ kind: 'failed', reason: String(error) });
    }
    return promise;
  }

  async function close(): Promise<void> {
    closed = true;
    const last = worker;
    if (last === undefined) return;
    lose(last, 'the service is stopping');
    await last.terminate();
  }

  return { draw, close };
}
