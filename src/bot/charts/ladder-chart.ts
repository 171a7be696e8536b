import type {
  CustomSeriesOption,
  CustomSeriesRenderItem,
  CustomSeriesRenderItemReturn,
  EChartsOption,
  LineSeriesOption,
} from 'echarts';
import { formatPrice, formatUtcTime } from '../../alerts/format.ts';
import type { LadderFigure } from '../../alerts/message-doc.ts';
import { type LadderBar, ladderBars, ladderScale } from '../ladder-bars.ts';
import {
  CHART_BASE,
  CHART_HEIGHT,
  CHART_WIDTH,
  caption,
  heading,
  MARGIN,
  moment,
  note,
} from './chart-frame.ts';
import { axisMove, formatMove, roundMoves, roundPercent, usdAxis } from './ladder-axes.ts';
import { type LadderMark, ladderMarks } from './ladder-marks.ts';
import { CHART_FONT, LEVEL_COLOURS, PALETTE } from './palette.ts';
import { textWidth } from './text-width.ts';

const BARS_PER_SIDE = 24;
const SIDES = { left: 74, right: 66 };
/** Below heading and levels. */
const LABELS_TOP = 82;
/** Clear of the topmost axis label. */
const LABELS_GAP = 10;
const LABEL_ROW_HEIGHT = 24;
const LABEL_SIZE = 17;
const LEGEND_SIZE = 16;

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
  const list = ladderMarks(figure, formatMove);
  const grid = gridOf(list);
  return {
    ...CHART_BASE,
    title: [
      heading(`${figure.asset} liquidation ladder`),
      moment(`${formatPrice(figure.priceUsd)} · ${formatUtcTime(figure.at)}`),
      levels(figure),
      caption(`bars per ${roundPercent(scale.stepFraction)} · ${figure.caption}`),
      ...(mostUsd > 0 ? [] : [note('no forced trading within reach')]),
    ],
    legend: {
      bottom: 50,
      left: 'center',
      itemGap: 18,
      itemWidth: 18,
      itemHeight: 14,
      selectedMode: false,
      textStyle: { color: PALETTE.text, fontSize: LEGEND_SIZE, fontFamily: CHART_FONT },
      data: [
        { name: EXACT, icon: 'rect' },
        { name: ESTIMATED, icon: 'rect' },
        { name: CUMULATIVE, icon: 'path://M0,5 L20,5 L20,8 L0,8 Z' },
      ],
    },
    grid,
    xAxis: {
      type: 'value',
      min: has(-1) ? -scale.reachFraction : -stub,
      max: has(1) ? scale.reachFraction : stub,
      axisLabel: {
        customValues: moves,
        color: PALETTE.text,
        fontSize: 17,
        formatter: axisMove,
      },
      axisLine: { onZero: false, lineStyle: { color: PALETTE.axis } },
      axisTick: { customValues: moves, lineStyle: { color: PALETTE.axis } },
      splitLine: { show: false },
    },
    yAxis: [usdAxis(mostUsd, 'left'), usdAxis(totalUsd, 'right')],
    series: [
      bars(EXACT, PALETTE.exact, sides, (bar) => [0, bar.exactUsd]),
      bars(ESTIMATED, PALETTE.estimated, sides, (bar) => [bar.exactUsd, heightUsd(bar)]),
      ...sides.map(cumulativeLine),
      ...marks(list, grid),
    ],
  };
}

const EXACT = 'lending, exact';
const ESTIMATED = 'perps, estimated';
const CUMULATIVE = 'cumulative, right';

/** Room above the plot for the rows of labels that there are. */
function gridOf(list: readonly LadderMark[]) {
  const rows = Math.max(1, ...list.map(({ row }) => row + 1));
  return { ...SIDES, top: LABELS_TOP + rows * LABEL_ROW_HEIGHT + LABELS_GAP, bottom: 112 };
}

interface SideBars {
  sign: number;
  bars: LadderBar[];
}

function heightUsd(bar: LadderBar): number {
  return bar.exactUsd + bar.estimatedUsd;
}

/** Level of each side, below the heading, in its colour. */
function levels(figure: LadderFigure) {
  const words = figure.sides.map(({ side, level }) => `{${level}|${side} ${level.toUpperCase()}}`);
  const rich = Object.fromEntries(
    Object.entries(LEVEL_COLOURS).map(([level, color]) => [
      level,
      { color, fontSize: 20, fontWeight: 'bold' as const, fontFamily: CHART_FONT },
    ]),
  );
  return {
    text: words.join('   '),
    left: MARGIN,
    top: 46,
    textStyle: { color: PALETTE.text, fontSize: 20, rich },
  };
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
  return LABELS_TOP + mark.row * LABEL_ROW_HEIGHT;
}

/** Two series, so that no line crosses a label. */
function marks(list: readonly LadderMark[], grid: { bottom: number }): CustomSeriesOption[] {
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
      shape: { x1: x, y1: labelY(mark) + LABEL_SIZE, x2: x, y2: CHART_HEIGHT - grid.bottom },
      style: {
        stroke: mark.colour,
        lineWidth: 2,
        ...(mark.dashed ? { lineDash: [7, 5] } : {}),
      },
    })),
    series(6, (mark, x) => ({ type: 'text', ...labelAt(mark, x, labelY(mark)) })),
  ];
}

/** Runs outwards from the line, and is pushed back where it would leave the picture. */
function labelAt(mark: LadderMark, x: number, y: number) {
  const widthPx = textWidth(mark.label, LABEL_SIZE, true) + MARGIN;
  const leftwards = mark.towards === 'left';
  return {
    x: leftwards ? Math.max(x + 4, widthPx) : Math.min(x - 4, CHART_WIDTH - widthPx),
    y,
    style: {
      text: mark.label,
      align: leftwards ? ('right' as const) : ('left' as const),
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
