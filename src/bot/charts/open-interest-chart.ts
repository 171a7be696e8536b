import type { EChartsOption } from 'echarts';
import { formatPrice, formatUsd, formatUtcTime } from '../../alerts/format.ts';
import type { OpenInterestFigure } from '../../alerts/market-figures.ts';
import { CHART_BASE, caption, heading, moment, note } from './chart-frame.ts';
import { CHART_FONT, PALETTE } from './palette.ts';
import { dayAxis, withGaps } from './time-axis.ts';

const INTEREST = 'open interest, coins';
const PRICE = 'price, right';
const LINE_ICON = 'path://M0,5 L20,5 L20,8 L0,8 Z';

/** Open interest in coins and the price of the last weeks, as an ECharts option: data in, data out. */
export function openInterestChart(figure: OpenInterestFigure): EChartsOption {
  const { history } = figure;
  const interest = history.flatMap(({ at, openInterestBase }): [number, number][] =>
    openInterestBase === undefined ? [] : [[at, openInterestBase]],
  );
  const isEmpty = interest.length < 2;
  const from = history[0]?.at ?? figure.at - 1;
  // Prices with many zeros are long.
  const isTiny = history.some(({ priceUsd }) => priceUsd < 0.001);
  return {
    ...CHART_BASE,
    title: [
      heading(`${figure.asset} open interest`),
      moment(`${formatUsd(figure.openInterestUsd)} · ${formatUtcTime(figure.at)}`),
      caption(figure.caption),
      ...(isEmpty ? [note('no history yet')] : []),
    ],
    legend: {
      show: !isEmpty,
      bottom: 50,
      left: 'center',
      itemGap: 24,
      itemWidth: 18,
      itemHeight: 14,
      selectedMode: false,
      textStyle: { color: PALETTE.text, fontSize: 16, fontFamily: CHART_FONT },
      data: [
        { name: INTEREST, icon: 'rect' },
        { name: PRICE, icon: LINE_ICON },
      ],
    },
    grid: { left: 78, right: isTiny ? 112 : 96, top: 88, bottom: 112 },
    xAxis: { show: !isEmpty, ...dayAxis(from, figure.at, 0, 7) },
    yAxis: [
      valueAxis('left', 16, !isEmpty, formatCoins),
      valueAxis('right', isTiny ? 14 : 16, !isEmpty, formatPrice),
    ],
    series: [
      {
        type: 'line',
        name: INTEREST,
        showSymbol: false,
        lineStyle: { color: PALETTE.estimated, width: 2.5 },
        itemStyle: { color: PALETTE.estimated },
        // The axis does not begin at 0, so the area says no size: only which line it is.
        areaStyle: { color: PALETTE.estimated, opacity: 0.18, origin: 'start' },
        data: withGaps(interest),
      },
      {
        type: 'line',
        name: PRICE,
        yAxisIndex: 1,
        showSymbol: false,
        lineStyle: { color: PALETTE.cumulative, width: 2 },
        itemStyle: { color: PALETTE.cumulative },
        data: withGaps(history.map(({ at, priceUsd }) => [at, priceUsd])),
      },
    ],
  };
}

function valueAxis(
  position: 'left' | 'right',
  fontSize: number,
  show: boolean,
  formatter: (value: number) => string,
) {
  return {
    type: 'value' as const,
    position,
    show,
    scale: true,
    splitNumber: 4,
    alignTicks: position === 'right',
    axisLabel: { color: PALETTE.text, fontSize, formatter },
    splitLine: { show: position === 'left', lineStyle: { color: PALETTE.grid } },
  };
}

/** `102k`, `1.2m`: amounts of coins, as amounts of dollars without the sign. */
function formatCoins(coins: number): string {
  return formatUsd(coins).replace('$', '');
}
