import type { EChartsOption } from 'echarts';
import { formatPercent, formatUtcTime } from '../../alerts/format.ts';
import type { FundingFigure } from '../../alerts/market-figures.ts';
import { fitColumns } from '../text/display-width.ts';
import { plainLine } from '../text/plain.ts';
import { CHART_BASE, CHART_WIDTH, caption, heading, MARGIN, moment, note } from './chart-frame.ts';
import { CHART_FONT, PALETTE } from './palette.ts';
import { dayAxis, withGaps } from './time-axis.ts';

/** More would not be legible. */
const MOST_VENUES = 14;
const MOST_NAME = 15;
const TOP = 92;
const BOTTOM = 78;
/** Where the bars end and the history begins. */
const BARS = { left: 138, width: 96 };
const HISTORY_LEFT = 330;

/** Funding by venue beside its last weeks, as an ECharts option: data in, data out. */
export function fundingChart(figure: FundingFigure): EChartsOption {
  const venues = figure.venues.slice(0, MOST_VENUES);
  const rates = venues.map(({ annualFraction }) => annualFraction);
  const size = venues.length > 10 ? 14 : 16;
  const from = figure.history[0]?.at ?? figure.at - 1;
  const names = venues.map(({ name }) => fitColumns(plainLine(name), MOST_NAME));
  const hasHistory = figure.history.length >= 2;
  const rateAxis = {
    type: 'category' as const,
    gridIndex: 0,
    inverse: true,
    axisTick: { show: false },
    axisLine: { show: false },
  };
  return {
    ...CHART_BASE,
    title: [
      heading(`${figure.asset} funding`),
      payers(figure),
      moment(formatUtcTime(figure.at)),
      panel('by venue, a year', MARGIN),
      panel('weighted mean, a year', HISTORY_LEFT),
      caption(figure.caption),
      ...(venues.length > 0 ? [] : [note('no venue has a rate', { left: 60 })]),
      ...(hasHistory ? [] : [note('no history yet', { left: HISTORY_LEFT + 50 })]),
    ],
    grid: [
      { left: BARS.left, width: BARS.width, top: TOP + 20, bottom: BOTTOM - 22 },
      { left: HISTORY_LEFT, right: 66, top: TOP + 28, bottom: BOTTOM },
    ],
    xAxis: [
      {
        type: 'value',
        gridIndex: 0,
        show: false,
        min: Math.min(0, ...rates),
        max: Math.max(1e-6, ...rates),
      },
      { show: hasHistory, ...dayAxis(from, figure.at, 1, 14) },
    ],
    yAxis: [
      {
        ...rateAxis,
        position: 'left',
        data: names,
        axisLabel: { color: PALETTE.text, fontSize: size, interval: 0, margin: 6 },
      },
      {
        ...rateAxis,
        position: 'right',
        data: venues.map(({ annualFraction, fresh }, index) => {
          return { value: `${index} ${rateText(annualFraction)}${fresh ? '' : ' old'}` };
        }),
        axisLabel: {
          color: PALETTE.text,
          fontSize: size,
          interval: 0,
          margin: 6,
          formatter: (text: string) => text.replace(/^\d+ /, ''),
        },
      },
      {
        type: 'value',
        gridIndex: 1,
        position: 'right',
        show: hasHistory,
        scale: true,
        splitNumber: 4,
        axisLabel: { color: PALETTE.text, fontSize: 15, formatter: rateText },
        splitLine: { lineStyle: { color: PALETTE.grid } },
      },
    ],
    series: [
      {
        type: 'bar',
        xAxisIndex: 0,
        yAxisIndex: 0,
        barWidth: '62%',
        barMaxWidth: 26,
        data: venues.map(({ annualFraction: value, fresh }) => ({
          value,
          itemStyle: { color: fresh ? colourOf(value) : PALETTE.unknown },
        })),
      },
      // Nothing of it is seen; an axis without a series is not drawn.
      { type: 'bar', xAxisIndex: 0, yAxisIndex: 1, data: [] },
      {
        type: 'line',
        xAxisIndex: 1,
        yAxisIndex: 2,
        showSymbol: false,
        lineStyle: { color: PALETTE.cumulative, width: 2.5 },
        data: withGaps(figure.history.map(({ at, annualFraction }) => [at, annualFraction])),
      },
    ],
  };
}

function colourOf(rate: number): string {
  return rate < 0 ? PALETTE.estimated : PALETTE.exact;
}

function rateText(rate: number): string {
  return formatPercent(rate, Math.abs(rate) < 0.9995 ? 1 : 0);
}

/** Who pays, in the colour of the bars. */
function payers({ annualFraction }: FundingFigure) {
  const text =
    Math.abs(annualFraction) < 0.0005
      ? 'neither side pays'
      : `${annualFraction < 0 ? 'shorts pay' : 'longs pay'} ${rateText(Math.abs(annualFraction))} a year`;
  return {
    text,
    left: MARGIN,
    top: 47,
    textStyle: { color: colourOf(annualFraction), fontSize: 19, fontFamily: CHART_FONT },
  };
}

function panel(text: string, left: number) {
  const textStyle = { color: PALETTE.muted, fontSize: 15, fontWeight: 'normal' as const };
  return { text, left, top: TOP - 10, textStyle, width: CHART_WIDTH / 2 };
}
