import type { Figure } from '../../alerts/message-doc.ts';

/** A message goes out without its picture rather than not at all, so failing is an outcome. */
export type DrawOutcome = { kind: 'drawn'; png: Uint8Array } | { kind: 'failed'; reason: string };

/** Draws off the event loop; should not throw, and callers survive it if it does. */
export type DrawFigure = (figure: Figure) => Promise<DrawOutcome>;
