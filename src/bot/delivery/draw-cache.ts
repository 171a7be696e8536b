import type { Figure } from '../../alerts/message-doc.ts';
import { describeCause } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { DrawFigure, DrawOutcome } from '../charts/draw-outcome.ts';
import { putNewest } from '../put-newest.ts';
import { withDeadline } from './with-deadline.ts';

export interface DrawingParts {
  drawFigure: DrawFigure;
  /** Drawing happens in a thread: its deadline is real time. */
  wireClock: Clock;
  deadlineMs: number;
  log: Logger;
}

interface Drawing {
  outcome: Promise<DrawOutcome>;
  /** Real epoch ms from which a drawing that failed is tried again. */
  againAt?: number;
}

/** One alert goes to many chats with the same figure; a tick has a handful of alerts. */
const KEPT = 8;

/** After a failure the text goes out alone for this long: it must not wait for every message anew. */
const PAUSE_AFTER_FAILURE_MS = 30_000;

const NEVER = new AbortController().signal;

/** Draws each figure once for all chats and never rejects: what cannot be drawn in time is left out. */
export function cacheDrawings(parts: DrawingParts): DrawFigure {
  const drawings = new Map<string, Drawing>();

  async function draw(figure: Figure): Promise<DrawOutcome> {
    try {
      return await withDeadline<DrawOutcome>(
        parts.wireClock,
        parts.deadlineMs,
        NEVER,
        () => parts.drawFigure(figure),
        () => ({ kind: 'failed', reason: 'took too long' }),
      );
    } catch (error) {
      return { kind: 'failed', reason: describeCause(error) };
    }
  }

  function begin(figure: Figure): Drawing {
    const drawing: Drawing = { outcome: draw(figure).then(noteFailure) };
    return drawing;

    function noteFailure(outcome: DrawOutcome): DrawOutcome {
      if (outcome.kind === 'drawn') return outcome;
      drawing.againAt = parts.wireClock.now() + PAUSE_AFTER_FAILURE_MS;
      const fields = { asset: figure.asset, reason: outcome.reason };
      parts.log.warn(fields, 'chart not drawn, sending the text');
      return outcome;
    }
  }

  return (figure) => {
    const key = JSON.stringify(figure);
    const known = drawings.get(key);
    const isOver = (known?.againAt ?? Number.POSITIVE_INFINITY) <= parts.wireClock.now();
    const drawing = known === undefined || isOver ? begin(figure) : known;
    putNewest(drawings, key, drawing, KEPT);
    return drawing.outcome;
  };
}

/** The picture when there is one in time; `stop` ends the waiting for it. */
export async function drawnUnlessStopped(
  figure: Figure | undefined,
  drawFigure: DrawFigure,
  stop: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (figure === undefined || stop.aborted) return undefined;
  const over = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stop.addEventListener('abort', () => resolve(undefined), { once: true, signal: over.signal });
  });
  const outcome = await Promise.race([drawFigure(figure), stopped]);
  over.abort();
  return outcome?.kind === 'drawn' ? outcome.png : undefined;
}
