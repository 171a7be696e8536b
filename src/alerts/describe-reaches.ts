import type { Reach, SideReading } from '../signals/model/reading.ts';
import { formatPercent, formatUsd } from './format.ts';
import type { Block } from './message-doc.ts';

/** Moves from here on have no decimal where room is short. */
const WHOLE_FROM_FRACTION = 0.0995;
/** Ends lie close together, so they keep theirs as long as they can. */
const WHOLE_END_FROM_FRACTION = 0.9995;

/**
 * Moves, what they force, and where they stop at present depth and at a tenth of it (a thin book):
 * at most 35 columns, so that it stays a table on a phone. Best estimates only. No block for nothing.
 */
export function reachTable(sides: readonly SideReading[]): Block[] {
  const rows = sides.flatMap(({ side, reaches }) => {
    const sign = side === 'down' ? '-' : '+';
    return reaches.map((reach) => reachRow(sign, reach));
  });
  return rows.length === 0 ? [] : [{ kind: 'table', rows: [HEADER, ...rows] }];
}

const HEADER = ['Move', 'Forced', 'Ends', 'Thin'];

/** `-3.1 %`, `+13 %`: a move in few columns. */
export function shortMove(
  sign: string,
  fraction: number,
  wholeFromFraction = WHOLE_FROM_FRACTION,
): string {
  const text = formatPercent(fraction, Math.abs(fraction) < wholeFromFraction ? 1 : 0);
  return Number.isFinite(fraction) ? sign + text : text;
}

function reachRow(sign: string, reach: Reach): string[] {
  const move = shortMove(sign, reach.shockFraction);
  return [
    reach.sigmas === undefined ? move : `${reach.sigmas}σ ${move}`,
    shortUsd(reach.forcedUsd.point),
    shortMove(sign, reach.endFraction, WHOLE_END_FROM_FRACTION),
    shortMove(sign, reach.endStressedFraction, WHOLE_END_FROM_FRACTION),
  ];
}

/** In at most six letters: `$12bn`. */
function shortUsd(usd: number): string {
  return formatUsd(usd).replace(/(?<=\$\d\d)\.\d(?=[a-z]{2})/, '');
}

/** `1σ $329m to $2.9bn, 2σ …`: the uncertainty the table leaves out; '' where there is none. */
export function forcedRangesText({ reaches }: SideReading): string {
  return reaches
    .filter(({ forcedUsd: { low, high } }) => low !== high)
    .map(({ sigmas, shockFraction, forcedUsd: { low, high } }) => {
      const move = sigmas === undefined ? formatPercent(shockFraction) : `${sigmas}σ`;
      return `${move} ${formatUsd(low)} to ${formatUsd(high)}`;
    })
    .join(', ');
}
