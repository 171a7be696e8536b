import type {
  CustomSeriesOption,
  CustomSeriesRenderItem,
  CustomSeriesRenderItemReturn,
  EChartsOption,
  LineSeriesOption,
} from 'echarts';
import { formatPrice, formatUtc } from '../../alerts/format.ts';
import type { LadderFigure } from '../../alerts/message-doc.ts';
import { type LadderBar, ladderBars, ladderScale } from '../ladder-bars.ts';
import { plainLine } from '../text/plain.ts';
import { axisMove, formatMove, roundMoves, roundPercent, usdAxis } from './ladder-axes.ts';
import { type LadderMark, ladderMarks } from './ladder-marks.ts';
import { CHART_FONT, LEVEL_COLOURS, PALETTE } from './palette.ts';
import { textWidth } from './text-width.ts';

export const CHART_WIDTH = 900;
export const CHART_HEIGHT = 500;

const BARS_PER_SIDE = 32;
const GRID = { left: 84, right: 84, top: 154, bottom: 120 };
/** Clear of the topmost axis label. */
const LABELS_GAP = 10;
const LABEL_ROW_HEIGHT = 22;
const LABEL_SIZE = 15;
const CAPTION_LETTERS_PER_LINE = 95;

/** The chart of a liquidation ladder as an ECharts option: data in, data out. */
export function ladderChart(figure: LadderFigure): EChartsOption {
  const scale = ladderScale(figure, BARS_PER_SIDE);
  const sides = figure.sides.map((side) => ({
    sign: side.side === 'down' ? -1 : 1,
    bars: ladderBars(side, scale),
  }));
  const mostUsd = Math.max(0, ...sides.flatMap(({ bars }) => bars.map(heightUsd)));
  const totalUsd = Math.max(0, ...sides.map(({ bars }) => bars.at(-1)?.cumulativeUsd ?? 0));
  const has = (sign: number) => sides.some((side) => side.sign === sign);
  const moves = roundMoves(scale.reachFraction, has(-1), has(1));
  const stub = scale.reachFraction * 0.08;
  return {
    animation: false,
    backgroundColor: PALETTE.background,
    textStyle: { fontFamily: CHART_FONT, color: PALETTE.text },
    title: [heading(figure), levels(figure), caption(figure), ...emptyNote(mostUsd)],
    legend: {
      bottom: 52,
      left: 'center',
      itemGap: 26,
      itemWidth: 22,
      itemHeight: 14,
      selectedMode: false,
      textStyle: { color: PALETTE.text, fontSize: 15, fontFamily: CHART_FONT },
      data: [
        { name: EXACT, icon: 'rect' },
        { name: ESTIMATED, icon: 'rect' },
        { name: CUMULATIVE, icon: 'path://M0,5 L20,5 L20,8 L0,8 Z' },
      ],
    },
    grid: GRID,
    xAxis: {
      type: 'value',
      min: has(-1) ? -scale.reachFraction : -stub,
      max: has(1) ? scale.reachFraction : stub,
      axisLabel: {
        customValues: moves,
        color: PALETTE.text,
        fontSize: 16,
        formatter: axisMove,
      },
      axisLine: { onZero: false, lineStyle: { color: PALETTE.axis } },
      axisTick: { customValues: moves, lineStyle: { color: PALETTE.axis } },
      splitLine: { show: false },
    },
    yAxis: [
      usdAxis(`USD per ${roundPercent(scale.stepFraction)} of price`, mostUsd, 'left'),
      usdAxis('USD, cumulative', totalUsd, 'right'),
    ],
    series: [
      bars(EXACT, PALETTE.exact, sides, (bar) => [0, bar.exactUsd]),
      bars(ESTIMATED, PALETTE.estimated, sides, (bar) => [bar.exactUsd, heightUsd(bar)]),
      ...sides.map(cumulativeLine),
      ...marks(ladderMarks(figure, formatMove, formatPrice(figure.priceUsd))),
    ],
  };
}

const EXACT = 'lending (exact)';
const ESTIMATED = 'perpetuals (estimated)';
const CUMULATIVE = 'cumulative';

interface SideBars {
  sign: number;
  bars: LadderBar[];
}

function heightUsd(bar: LadderBar): number {
  return bar.exactUsd + bar.estimatedUsd;
}

function heading(figure: LadderFigure) {
  return {
    text: `${plainLine(figure.asset)} liquidation ladder`,
    subtext: `${formatPrice(figure.priceUsd)} · ${formatUtc(figure.at)}`,
    left: 20,
    top: 12,
    itemGap: 6,
    textStyle: { color: PALETTE.text, fontSize: 25, fontWeight: 'bold' as const },
    subtextStyle: { color: PALETTE.muted, fontSize: 17 },
  };
}

/** Level of each side, right of the heading, in its colour. */
function levels(figure: LadderFigure) {
  const words = figure.sides.map(({ side, level }) => `{${level}|${side} ${level.toUpperCase()}}`);
  const rich = Object.fromEntries(
    Object.entries(LEVEL_COLOURS).map(([level, color]) => [
      level,
      { color, fontSize: 19, fontWeight: 'bold' as const, fontFamily: CHART_FONT },
    ]),
  );
  return {
    text: words.join('   '),
    right: 20,
    top: 16,
    textStyle: { color: PALETTE.text, fontSize: 19, rich },
  };
}

function caption(figure: LadderFigure) {
  return {
    text: cut(plainLine(figure.caption), 2 * CAPTION_LETTERS_PER_LINE),
    left: 20,
    bottom: 10,
    textStyle: {
      color: PALETTE.muted,
      fontSize: 14,
      fontWeight: 'normal' as const,
      lineHeight: 17,
      width: CHART_WIDTH - 40,
      overflow: 'break' as const,
    },
  };
}

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}

function emptyNote(mostUsd: number) {
  if (mostUsd > 0) return [];
  const textStyle = { color: PALETTE.muted, fontSize: 18, fontWeight: 'normal' as const };
  return [{ text: 'no forced trading within reach', left: 'center', top: 250, textStyle }];
}

/** Bars on a value axis, so that marks stand exactly where they belong. */
function bars(
  name: string,
  color: string,
  sides: readonly SideBars[],
  span: (bar: LadderBar) => [number, number],
): CustomSeriesOption {
  const data = sides.flatMap((side) =>
    side.bars
      .map((bar) => ({ bar, span: span(bar) }))
      .filter(({ span: [from, to] }) => to > from)
      .map(({ bar, span: [from, to] }) => [
        side.sign * bar.fromFraction,
        side.sign * bar.toFraction,
        from,
        to,
      ]),
  );
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const [x0 = 0, y0 = 0] = api.coord([api.value(0), api.value(2)]);
    const [x1 = 0, y1 = 0] = api.coord([api.value(1), api.value(3)]);
    const left = Math.min(x0, x1) + 0.75;
    const width = Math.max(1, Math.abs(x1 - x0) - 1.5);
    const shape = { x: left, y: y1, width, height: y0 - y1 };
    return { type: 'rect', shape, style: { fill: color } };
  };
  return {
    type: 'custom',
    name,
    data,
    renderItem,
    encode: { x: [0, 1], y: [2, 3] },
    itemStyle: { color },
  };
}

function cumulativeLine(side: SideBars): LineSeriesOption {
  return {
    type: 'line',
    name: CUMULATIVE,
    yAxisIndex: 1,
    showSymbol: false,
    lineStyle: { color: PALETTE.cumulative, width: 2.5 },
    itemStyle: { color: PALETTE.cumulative },
    data: [[0, 0], ...side.bars.map((bar) => [side.sign * bar.toFraction, bar.cumulativeUsd])],
  };
}

function labelY(mark: LadderMark): number {
  return GRID.top - LABELS_GAP - (3 - mark.row) * LABEL_ROW_HEIGHT;
}

/** Two series, so that no line crosses a label. */
function marks(list: readonly LadderMark[]): CustomSeriesOption[] {
  const series = (
    z: number,
    draw: (mark: LadderMark, x: number) => CustomSeriesRenderItemReturn,
  ): CustomSeriesOption => ({
    type: 'custom',
    z,
    data: list.map((mark) => [mark.moveFraction, 0]),
    renderItem(params, api) {
      const mark = list[params.dataIndex];
      if (mark === undefined) return null;
      const [x = 0] = api.coord([mark.moveFraction, 0]);
      return draw(mark, x);
    },
  });
  return [
    series(5, (mark, x) => ({
      type: 'line',
      shape: { x1: x, y1: labelY(mark) + LABEL_SIZE, x2: x, y2: CHART_HEIGHT - GRID.bottom },
      style: {
        stroke: mark.colour,
        lineWidth: mark.moveFraction === 0 ? 1 : 2,
        ...(mark.dashed ? { lineDash: [7, 5] } : {}),
      },
    })),
    series(6, (mark, x) => ({ type: 'text', ...labelAt(mark, x, labelY(mark)) })),
  ];
}

/** Runs outwards from the line, and turns round where it would leave the picture. */
function labelAt(mark: LadderMark, x: number, y: number) {
  const widthPx = textWidth(mark.label, LABEL_SIZE, true);
  const fitsLeft = x - widthPx > 8;
  const fitsRight = x + widthPx < CHART_WIDTH - 8;
  const leftwards = mark.towards === 'left' ? fitsLeft : mark.towards === 'right' && !fitsRight;
  const align = mark.towards === 'both' ? 'center' : leftwards ? 'right' : 'left';
  return {
    x: align === 'center' ? x : x + (align === 'left' ? -4 : 4),
    y,
    style: {
      text: mark.label,
      align: align as 'left' | 'center' | 'right',
      verticalAlign: 'top' as const,
      fill: mark.colour,
      fontSize: LABEL_SIZE,
      fontWeight: 'bold' as const,
      fontFamily: CHART_FONT,
      backgroundColor: PALETTE.background,
      padding: [1, 3],
    },
  };
}
