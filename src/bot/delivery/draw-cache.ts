import type { Figure } from '../../alerts/message-doc.ts';
import type { DrawFigure, DrawOutcome } from '../charts/draw-outcome.ts';

/** One alert goes to many chats with the same figure: keeps the newest few pictures. */
export function cacheDrawings(draw: DrawFigure, size = 4): DrawFigure {
  const drawings = new Map<string, Promise<DrawOutcome>>();
  return async (figure: Figure) => {
    const key = JSON.stringify(figure);
    const drawing = drawings.get(key) ?? draw(figure);
    drawings.delete(key);
    drawings.set(key, drawing);
    for (const oldest of drawings.keys()) {
      if (drawings.size <= size) break;
      drawings.delete(oldest);
    }
    try {
      const outcome = await drawing;
      if (outcome.kind === 'failed') drawings.delete(key);
      return outcome;
    } catch (error) {
      drawings.delete(key);
      throw error;
    }
  };
}
