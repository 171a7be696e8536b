import type { StreamLimits } from './limits.ts';

/** Frames on their way from the socket to their reader. */
export interface FrameQueue {
  /** False: there was no room even beyond the point of pausing; the frame is gone. */
  push(frame: Buffer): boolean;
  /** Forgets what waits; nothing is read any more. */
  close(): void;
}

export interface FrameQueueOptions {
  limits: Pick<StreamLimits, 'pauseAtFrames' | 'pauseAtBytes' | 'framesPerTurn'>;
  take(frame: Buffer): void;
  pause(): void;
  resume(): void;
  /** Runs the next turn; `setImmediate` by default, so that other work is let in. */
  later?(turn: () => void): void;
}

/**
 * What the library already holds when it is paused still comes (one read of the socket, thousands of
 * small frames): room for it, and no more.
 */
const BEYOND_PAUSE = 4;

/**
 * Reads a few frames a turn, so that a flood never holds the event loop, and pauses the socket when
 * too much waits: then TCP makes the venue wait, or hang up, instead of this program's memory growing.
 */
export function createFrameQueue(options: FrameQueueOptions): FrameQueue {
  const { limits, later = setImmediate } = options;
  let frames: Buffer[] = [];
  let next = 0;
  let bytes = 0;
  let scheduled = false;
  let paused = false;
  let closed = false;

  const waiting = () => frames.length - next;
  const isOver = (share: number) =>
    waiting() >= limits.pauseAtFrames * share || bytes >= limits.pauseAtBytes * share;

  function schedule(): void {
    if (scheduled || closed) return;
    scheduled = true;
    later(turn);
  }

  function turn(): void {
    scheduled = false;
    for (let count = 0; count < limits.framesPerTurn && !closed; count += 1) {
      const frame = frames[next];
      if (frame === undefined) break;
      next += 1;
      bytes -= frame.length;
      options.take(frame);
    }
    // Read frames are let go of now and then, not one by one: shifting a long array is slow.
    if (next >= limits.framesPerTurn) {
      frames = frames.slice(next);
      next = 0;
    }
    if (closed) return;
    if (paused && !isOver(0.5)) {
      paused = false;
      options.resume();
    }
    if (waiting() > 0) schedule();
  }

  return {
    push(frame) {
      if (closed || isOver(BEYOND_PAUSE)) return false;
      frames.push(frame);
      bytes += frame.length;
      if (!paused && isOver(1)) {
        paused = true;
        options.pause();
      }
      schedule();
      return true;
    },
    close() {
      closed = true;
      frames = [];
      next = 0;
    },
  };
}
