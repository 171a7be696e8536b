import type { LadderFigure } from '../../alerts/message-doc.ts';
import { PALETTE } from './palette.ts';

/** A labelled vertical line of the chart. */
export interface LadderMark {
  /** Signed: falls are negative. */
  moveFraction: number;
  label: string;
  colour: string;
  dashed: boolean;
  /** Labels stand in rows above the plot, 0 at the top, so that near lines stay readable. */
  row: 0 | 1 | 2;
  /** Which way the label runs from its line. */
  towards: 'left' | 'right';
}

/** Each side's critical shock, and a what-if's shock and end. */
export function ladderMarks(
  figure: LadderFigure,
  formatMove: (moveFraction: number) => string,
): LadderMark[] {
  return figure.sides.flatMap((side) => marksOfSide(side, formatMove));
}

function marksOfSide(
  side: LadderFigure['sides'][number],
  formatMove: (moveFraction: number) => string,
): LadderMark[] {
  const sign = side.side === 'down' ? -1 : 1;
  const towards = side.side === 'down' ? 'left' : 'right';
  const marks: LadderMark[] = [];
  const add = (fraction: number, name: string, colour: string, dashed: boolean, row: 0 | 1 | 2) => {
    const moveFraction = sign * fraction;
    const label = `${name} ${formatMove(moveFraction)}`;
    marks.push({ moveFraction, label, colour, dashed, row, towards });
  };
  if (side.criticalShockFraction !== undefined) {
    add(side.criticalShockFraction, 'critical shock', PALETTE.critical, false, 0);
  }
  if (side.shock !== undefined) {
    add(side.shock.shockFraction, 'shock', PALETTE.shock, true, 1);
    add(side.shock.endFraction, 'ends at', PALETTE.shock, false, 2);
  }
  return marks;
}
