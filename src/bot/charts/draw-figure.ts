import type { EChartsOption } from 'echarts';
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Figure } from '../../alerts/message-doc.ts';
import { CHART_HEIGHT, CHART_WIDTH } from './chart-frame.ts';
import { fundingChart } from './funding-chart.ts';
import { ladderChart } from './ladder-chart.ts';
import { liquidationsChart } from './liquidations-chart.ts';
import { openInterestChart } from './open-interest-chart.ts';
import { rasterise } from './rasterise.ts';
import { measureText } from './text-width.ts';

// Only what the charts need: the whole of ECharts would cost tens of megabytes.
use([
  BarChart,
  CustomChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  SVGRenderer,
]);
// Without a canvas ECharts guesses widths for another font.
setPlatformAPI({ measureText: (text, font) => measureText(text, font) });

/** Pixels per unit: sharp on a phone, and still far below every platform's size limit. */
const ZOOM = 2;

/**
 * Draws a figure as a PNG. Pure: the same figure gives the same bytes; takes tens of milliseconds,
 * so the service calls it in a worker thread (`render-pool.ts`). Throws when a figure is malformed.
 */
export function drawFigure(figure: Figure): Uint8Array {
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: CHART_WIDTH,
    height: CHART_HEIGHT,
  });
  try {
    chart.setOption(chartOf(figure));
    return rasterise(chart.renderToSVGString(), ZOOM);
  } finally {
    chart.dispose();
  }
}

function chartOf(figure: Figure): EChartsOption {
  switch (figure.kind) {
    case 'liquidation-ladder':
      return ladderChart(figure);
    case 'funding-venues':
      return fundingChart(figure);
    case 'open-interest':
      return openInterestChart(figure);
    case 'liquidations':
      return liquidationsChart(figure);
  }
}
