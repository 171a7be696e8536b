import type { CustomSeriesOption, CustomSeriesRenderItem, EChartsOption } from 'echarts';
import { formatUsd, formatUtcTime } from '../../alerts/format.ts';
import type { LiquidationsFigure } from '../../alerts/market-figures.ts';
import { CHART_BASE, caption, heading, MARGIN, moment, note } from './chart-frame.ts';
import { niceMost } from './ladder-axes.ts';
import { CHART_FONT, PALETTE } from './palette.ts';

const HOUR_MS = 3_600_000;
/** Labels stand at full multiples of it. */
const LABEL_HOURS = 6;
/** An hour of which less was heard than this is drawn as not known. */
const LEAST_HEARD = 0.5;

const SHORTS = 'shorts, forced to buy';
const LONGS = 'longs, forced to sell';
const UNKNOWN = 'not heard';

/** Forced closings by hour, shorts above, longs below, as an ECharts option: data in, data out. */
export function liquidationsChart(figure: LiquidationsFigure): EChartsOption {
  const { hours } = figure;
  const most = Math.max(0, ...hours.map(({ longUsd, shortUsd }) => Math.max(longUsd, shortUsd)));
  const height = most > 0 ? niceMost(most) : 1;
  const from = hours[0]?.at ?? figure.at - HOUR_MS;
  const to = (hours.at(-1)?.at ?? figure.at - HOUR_MS) + HOUR_MS;
  const unheard = hours.filter((hour) => !isHeard(hour));
  const labels = hours.flatMap(({ at }) => (at % (LABEL_HOURS * HOUR_MS) === 0 ? [at] : []));
  return {
    ...CHART_BASE,
    title: [
      heading(`${figure.asset} liquidations, 24 h`),
      totals(figure),
      moment(formatUtcTime(figure.at)),
      caption(figure.caption),
      ...(most > 0 ? [] : [note(emptyText(figure))]),
    ],
    legend: {
      bottom: 50,
      left: 'center',
      itemGap: 16,
      itemWidth: 16,
      itemHeight: 14,
      selectedMode: false,
      textStyle: { color: PALETTE.text, fontSize: 15, fontFamily: CHART_FONT },
      data: [SHORTS, LONGS, ...(unheard.length > 0 ? [UNKNOWN] : [])].map((name) => {
        return { name, icon: 'rect' };
      }),
    },
    grid: { left: 78, right: 24, top: 88, bottom: 112 },
    xAxis: {
      type: 'value',
      min: from,
      max: to,
      axisLabel: {
        customValues: labels,
        color: PALETTE.text,
        fontSize: 16,
        formatter: (at: number) => formatUtcTime(at).replace(' UTC', ''),
      },
      axisLine: { onZero: false, lineStyle: { color: PALETTE.axis } },
      axisTick: { customValues: labels, lineStyle: { color: PALETTE.axis } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: -height,
      max: height,
      interval: height / 2,
      axisLabel: {
        show: most > 0,
        color: PALETTE.text,
        fontSize: 16,
        formatter: (usd: number) => formatUsd(Math.abs(usd)),
      },
      splitLine: { lineStyle: { color: PALETTE.grid } },
    },
    series: [
      bars(
        UNKNOWN,
        PALETTE.unknown,
        unheard.map(({ at }) => [at, -height, height]),
        0,
      ),
      bars(
        SHORTS,
        PALETTE.short,
        hours.map(({ at, shortUsd }) => [at, 0, shortUsd]),
        0.1,
      ),
      bars(
        LONGS,
        PALETTE.long,
        hours.map(({ at, longUsd }) => [at, -longUsd, 0]),
        0.1,
      ),
    ],
  };
}

function emptyText({ hours, lowerBound }: LiquidationsFigure): string {
  if (!hours.some(isHeard)) return 'nobody listened';
  return hours.every(isHeard) && !lowerBound ? 'none published' : 'none heard of';
}

function isHeard({ heardFraction }: LiquidationsFigure['hours'][number]): boolean {
  return heardFraction >= LEAST_HEARD;
}

/** Of both sides; what nobody listened to is no sum of 0. */
function totals({ hours, lowerBound }: LiquidationsFigure) {
  const least = lowerBound || !hours.every(isHeard) ? '≥ ' : '';
  const isKnown = hours.some(isHeard);
  const part = (side: 'long' | 'short') =>
    `{${side}|${least}${formatUsd(sum(hours, `${side}Usd`))} ${side}s}`;
  return {
    text: isKnown ? `${part('long')}   ${part('short')}` : '{none|not known}',
    left: MARGIN,
    top: 47,
    textStyle: {
      color: PALETTE.muted,
      fontSize: 18,
      rich: { long: word(PALETTE.long), short: word(PALETTE.short), none: word(PALETTE.muted) },
    },
  };
}

function sum(hours: LiquidationsFigure['hours'], side: 'longUsd' | 'shortUsd'): number {
  return hours.reduce((total, hour) => total + hour[side], 0);
}

function word(color: string) {
  return { color, fontSize: 18, fontWeight: 'bold' as const, fontFamily: CHART_FONT };
}

/** Hours on a value axis, each `[start, lower end, upper end]`, with a gap beside it. */
function bars(
  name: string,
  color: string,
  data: [number, number, number][],
  gapFraction: number,
): CustomSeriesOption {
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const start = Number(api.value(0));
    const [x0 = 0, y0 = 0] = api.coord([start + gapFraction * HOUR_MS, api.value(1)]);
    const [x1 = 0, y1 = 0] = api.coord([start + (1 - gapFraction) * HOUR_MS, api.value(2)]);
    // A little wider where hours touch, or seams would show.
    const width = Math.max(1, x1 - x0) + (gapFraction === 0 ? 0.6 : 0);
    const shape = { x: x0, y: y1, width, height: Math.max(0, y0 - y1) };
    return { type: 'rect', shape, style: { fill: color } };
  };
  return {
    type: 'custom',
    name,
    data: data.filter(([, low, high]) => high > low),
    renderItem,
    encode: { x: 0, y: [1, 2] },
    itemStyle: { color },
  };
}
