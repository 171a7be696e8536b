import { describe, expect, test } from 'vitest';
import type {
  FundingFigure,
  LiquidationsFigure,
  MarketFigure,
  OpenInterestFigure,
} from '../../../../src/alerts/market-figures.ts';
import { drawFigure } from '../../../../src/bot/charts/draw-figure.ts';
import { fundingChart } from '../../../../src/bot/charts/funding-chart.ts';
import { liquidationsChart } from '../../../../src/bot/charts/liquidations-chart.ts';
import { openInterestChart } from '../../../../src/bot/charts/open-interest-chart.ts';
import { dayAxis, withGaps } from '../../../../src/bot/charts/time-axis.ts';

const HOUR_MS = 3_600_000;
const AT = Date.UTC(2026, 0, 1, 12, 3);
const HEAD = { asset: 'ETH', at: AT, caption: '12 of 13 venues fresh; silent: OKX' };
const TIMES = Array.from({ length: 180 }, (_, index) => AT - (180 - index) * 4 * HOUR_MS);

const funding: FundingFigure = {
  ...HEAD,
  kind: 'funding-venues',
  annualFraction: 0.1,
  venues: [
    { name: 'Bybit', annualFraction: 0.2, fresh: true },
    { name: 'OKX', annualFraction: -0.1, fresh: false },
  ],
  history: TIMES.map((at, index) => ({ at, annualFraction: Math.sin(index / 9) })),
};

const interest: OpenInterestFigure = {
  ...HEAD,
  kind: 'open-interest',
  openInterestUsd: 9.4e9,
  history: TIMES.map((at, index) => ({
    at,
    openInterestBase: 4e6 + index,
    priceUsd: 2400 - index,
  })),
};

const closings: LiquidationsFigure = {
  ...HEAD,
  kind: 'liquidations',
  lowerBound: false,
  hours: Array.from({ length: 24 }, (_, index) => ({
    at: Math.floor(AT / HOUR_MS) * HOUR_MS - (23 - index) * HOUR_MS,
    longUsd: 1e6 * index,
    shortUsd: 2e5,
    heardFraction: 1,
  })),
};

/** All text of the chart. */
function textOf(figure: MarketFigure): string {
  if (figure.kind === 'funding-venues') return JSON.stringify(fundingChart(figure));
  if (figure.kind === 'open-interest') return JSON.stringify(openInterestChart(figure));
  return JSON.stringify(liquidationsChart(figure));
}

describe.each([funding, interest, closings])('the chart of $kind', (figure) => {
  test('names the asset, the time and what it stands on, and is the same picture every time', () => {
    const text = textOf(figure);
    for (const part of ['ETH ', '12:03 UTC', 'silent: OKX']) expect(text).toContain(part);
    expect(text).not.toMatch(/NaN|undefined/);
    const first = drawFigure(figure);
    expect(Buffer.compare(first, drawFigure(structuredClone(figure)))).toBe(0);
    expect([Buffer.from(first).readUInt32BE(16), Buffer.from(first).readUInt32BE(20)]).toEqual([
      1200, 840,
    ]);
  });

  test('text from outside is text, not markup', () => {
    const evil = `<script>&"]]>\u0000\u001b {long|x} 清算 ${'&'.repeat(3000)}`;
    const venues = [{ name: evil, annualFraction: 0.1, fresh: true }];
    const hostile = { ...figure, asset: evil.slice(0, 40), caption: evil, venues } as MarketFigure;
    expect(drawFigure(hostile).length).toBeGreaterThan(1000);
  });
});

describe('funding', () => {
  test('of a silent venue is said to be old', () => {
    const text = textOf(funding);
    expect(text).toContain('-10.0 % old');
    expect(text).not.toContain('20.0 % old');
  });

  test('says who pays', () => {
    expect(textOf(funding)).toContain('longs pay 10.0 % a year');
    expect(textOf({ ...funding, annualFraction: -0.5 })).toContain('shorts pay 50.0 % a year');
    expect(textOf({ ...funding, annualFraction: 0.0001 })).toContain('neither side pays');
  });

  test('with no venue, one, or more than fit, and without a history, is still a picture', () => {
    const venues = Array.from({ length: 30 }, (_, index) => {
      return { name: `venue number ${index}`, annualFraction: index - 3, fresh: true };
    });
    for (const count of [0, 1, 13, 30]) {
      const figure = { ...funding, venues: venues.slice(0, count), history: [] };
      expect(drawFigure(figure).length).toBeGreaterThan(1000);
      expect(textOf(figure)).toContain('no history yet');
    }
    expect(textOf({ ...funding, venues: [] })).toContain('no venue has a rate');
  });
});

describe('open interest', () => {
  test('without a history says so, and prices without it are no line of it', () => {
    expect(textOf({ ...interest, history: [] })).toContain('no history yet');
    const history = interest.history.map(({ at, priceUsd }) => ({ at, priceUsd }));
    expect(textOf({ ...interest, history })).toContain('no history yet');
    expect(drawFigure({ ...interest, history }).length).toBeGreaterThan(1000);
  });
});

describe('liquidations', () => {
  test('are sums, or the least it was where something is missing', () => {
    expect(textOf(closings)).toContain('{long|$276m longs}   {short|$4.8m shorts}');
    expect(textOf({ ...closings, lowerBound: true })).toContain('{long|≥ $276m longs}');
    const holed = closings.hours.map((hour, index) => ({
      ...hour,
      heardFraction: index > 3 ? 1 : 0,
    }));
    expect(textOf({ ...closings, hours: holed })).toContain('{long|≥ $276m longs}');
    expect(textOf({ ...closings, hours: holed })).toContain('not heard');
    expect(textOf(closings)).not.toContain('"not heard","icon"');
  });

  test('of nobody listening are not known, of listeners in vain none', () => {
    const none = closings.hours.map((hour) => ({ ...hour, longUsd: 0, shortUsd: 0 }));
    const unheard = none.map((hour) => ({ ...hour, heardFraction: 0 }));
    expect(textOf({ ...closings, hours: none })).toContain('none published');
    expect(textOf({ ...closings, hours: none, lowerBound: true })).toContain('none heard of');
    const text = textOf({ ...closings, hours: unheard });
    expect(text).toContain('nobody listened');
    expect(text).toContain('not known');
    expect(text).not.toContain('$0');
    expect(drawFigure({ ...closings, hours: [] }).length).toBeGreaterThan(1000);
  });
});

describe('a line over time', () => {
  test('breaks where hours are missing, and only there', () => {
    const points: [number, number][] = [0, 1, 2, 3, 9, 10, 12].map((at) => [at, at]);
    expect(withGaps(points)).toEqual([...points.slice(0, 4), [4, null], ...points.slice(4)]);
    expect(withGaps([])).toEqual([]);
  });

  test('has its days at midnight UTC', () => {
    const axis = dayAxis(AT - 15 * 24 * HOUR_MS, AT, 0, 7);
    expect(axis.axisLabel.customValues.map((at) => axis.axisLabel.formatter(at))).toEqual([
      '18 Dec',
      '25 Dec',
      '1 Jan',
    ]);
  });
});
