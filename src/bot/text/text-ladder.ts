import { formatPercent, formatPrice, formatUsd } from '../../alerts/format.ts';
import type { LadderFigure } from '../../alerts/message-doc.ts';
import { type LadderBar, ladderBars, ladderScale } from '../ladder-bars.ts';
import { displayWidth, fitColumns } from './display-width.ts';
import { plainLine } from './plain.ts';
import type { Line, Span } from './styled.ts';
import { line } from './styled.ts';

type FigureSide = LadderFigure['sides'][number];

const ROWS_PER_SIDE = 10;
const EXACT = '█';
const ESTIMATED = '▒';
const MOVE_COLUMNS = 8;
const USD_COLUMNS = 8;
const MOST_BAR_COLUMNS = 44;
const LEAST_BAR_COLUMNS = 8;
/** Below this the running total gives its room to the marks. */
const NARROW_COLUMNS = 64;
/** Room kept for `◀ critical shock −3.1 %`. */
const MARK_COLUMNS = 26;

/**
 * The liquidation ladder in letters: rises above the present price, falls below it, each row the
 * forced trading of that stretch and everything up to it. Marks stand beside their row.
 */
export function textLadder(figure: LadderFigure, columns: number): Line[] {
  const scale = ladderScale(figure, ROWS_PER_SIDE);
  const sides = figure.sides.map((side) => ({ side, bars: ladderBars(side, scale) }));
  const mostUsd = Math.max(0, ...sides.flatMap(({ bars }) => bars.map(barUsd)));
  const narrow = columns < NARROW_COLUMNS;
  const fixed = MOVE_COLUMNS + (narrow ? 1 : 2) * (USD_COLUMNS + 1) + 1;
  const barColumns = Math.min(
    MOST_BAR_COLUMNS,
    Math.max(LEAST_BAR_COLUMNS, columns - fixed - MARK_COLUMNS),
  );
  const rowsOf = (which: FigureSide['side']) =>
    sides
      .filter(({ side }) => side.side === which)
      .flatMap(({ side, bars }) =>
        bars.map((bar, index) => {
          const last = index === bars.length - 1;
          return ladderRow(side, bar, { mostUsd, barColumns, columns, narrow, last });
        }),
      );
  const price = `${' '.repeat(MOVE_COLUMNS)} ── ${formatPrice(figure.priceUsd)} now `;
  const legend = `${EXACT} lending, exact   ${ESTIMATED} perpetuals, estimated`;
  return [
    headerRow(barColumns, columns, plainLine(figure.asset), narrow),
    ...rowsOf('up').reverse(),
    line(fitColumns(price.padEnd(MOVE_COLUMNS + 1 + barColumns, '─'), columns), 'strong'),
    ...rowsOf('down'),
    ...(mostUsd === 0 ? [line('no forced trading within reach', 'faint')] : []),
    legendRow(fitColumns(legend, columns)),
  ];
}

/** Its letters in the colours of the bars. */
function legendRow(legend: string): Line {
  return legend.split(/([█▒])/).map((text): Span => {
    return { text, style: text === EXACT ? 'exact' : text === ESTIMATED ? 'estimated' : 'faint' };
  });
}

function headerRow(barColumns: number, columns: number, asset: string, narrow: boolean): Line {
  const title = fitColumns(`${asset} ladder`, MOVE_COLUMNS + barColumns);
  const text = `${title.padEnd(MOVE_COLUMNS + 1 + barColumns)}${'here'.padStart(USD_COLUMNS + 1)}${narrow ? '' : 'up to'.padStart(USD_COLUMNS + 1)}`;
  return line(fitColumns(text, columns), 'faint');
}

interface RowLayout {
  mostUsd: number;
  barColumns: number;
  columns: number;
  narrow: boolean;
  /** The farthest row also carries marks beyond the scale. */
  last: boolean;
}

function ladderRow(side: FigureSide, bar: LadderBar, layout: RowLayout): Line {
  const sign = side.side === 'down' ? '−' : '+';
  const move = `${sign}${formatPercent(bar.toFraction)}`.padStart(MOVE_COLUMNS);
  const cells = layout.mostUsd === 0 ? 0 : (barUsd(bar) / layout.mostUsd) * layout.barColumns;
  // Whatever there is shows: a hundredth of the longest bar is still one cell.
  const whole = barUsd(bar) > 0 ? Math.max(1, Math.round(cells)) : 0;
  const exact = barUsd(bar) > 0 ? Math.round((bar.exactUsd / barUsd(bar)) * whole) : 0;
  const here = (barUsd(bar) > 0 ? formatUsd(barUsd(bar)) : '').padStart(USD_COLUMNS + 1);
  const upTo = layout.narrow ? '' : formatUsd(bar.cumulativeUsd).padStart(USD_COLUMNS + 1);
  const spans: Span[] = [
    { text: `${move} ` },
    { text: EXACT.repeat(exact), style: 'exact' },
    { text: ESTIMATED.repeat(whole - exact), style: 'estimated' },
    { text: ' '.repeat(layout.barColumns - whole) },
    { text: here },
    { text: upTo, style: 'faint' },
  ];
  const used = MOVE_COLUMNS + 1 + layout.barColumns + here.length + upTo.length;
  const marks = marksIn(side, bar, layout.last, sign);
  if (marks !== '') {
    const room = layout.columns - used - 3;
    const fitting =
      displayWidth(marks) <= room ? marks : marks.replace('critical shock', 'critical');
    spans.push({ text: ` ◀ ${fitColumns(fitting, room)}`, style: 'critical' });
  }
  return spans;
}

function marksIn(side: FigureSide, bar: LadderBar, last: boolean, sign: string): string {
  const marks: string[] = [];
  const add = (fraction: number | undefined, name: string) => {
    if (fraction === undefined) return;
    const here = fraction > bar.fromFraction && (fraction <= bar.toFraction || last);
    if (here) marks.push(`${name} ${sign}${formatPercent(fraction)}`);
  };
  add(side.criticalShockFraction, 'critical shock');
  add(side.shock?.shockFraction, 'shock');
  add(side.shock?.endFraction, 'ends');
  return marks.join(', ');
}

function barUsd(bar: LadderBar): number {
  return bar.exactUsd + bar.estimatedUsd;
}
