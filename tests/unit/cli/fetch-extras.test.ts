import { expect, test } from 'vitest';
import { fetchTable } from '../../../src/cli/fetch-table.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { LiquidationObservation } from '../../../src/signals/model/observations.ts';
import { makeMark } from '../../fakes/make-observations.ts';

const AT = Date.UTC(2026, 8, 13, 14, 3);
const BTC = { source: 'okx', asset: assetId('BTC'), instrument: 'BTC-USDT', observedAt: AT };

const liquidation: LiquidationObservation = {
  ...BTC,
  ...{ kind: 'liquidation', side: 'long', sizeBase: 2, priceUsd: 77_000, sizeUsd: 154_000 },
  completeness: 'lower-bound',
};

test('what only some venues publish has a line each, with its units', () => {
  const lines = fetchTable(
    'OKX',
    [
      { ...BTC, kind: 'positioning', longShortAccountRatio: 1.5, takerBuySellRatio: 0.98765 },
      {
        ...{ ...BTC, kind: 'margin-tiers' },
        tiers: [
          { fromNotionalUsd: 0, maintenanceFraction: 0.004 },
          { fromNotionalUsd: 5e6, maintenanceFraction: 0.01 },
        ],
      },
      {
        ...{ ...BTC, kind: 'options', instrument: 'BTC options', openInterestBase: 1e5 },
        ...{ openInterestUsd: 7.7e9, underlyingPriceUsd: 77_000, atmVolatilityFraction: 0.41 },
        ...{ callGammaUsdPer1Pct: 2e8, putGammaUsdPer1Pct: 1.5e8 },
      },
      liquidation,
    ],
    [],
  );
  expect(lines.slice(2)).toEqual([
    'positioning in BTC-USDT: accounts long/short 1.50, takers bought/sold 0.99',
    'maintenance margin of BTC-USDT: 0.40 % from $0, 1.00 % from $5m',
    'BTC options: open $7.7bn; gamma a 1 % move: calls $200m, puts $150m; volatility 41.0 % a year',
    'liquidated in BTC-USDT 14:03 UTC: $154k of longs at $77,000 (the feed leaves some out)',
  ]);
});

test('of many liquidations the last five are listed and the others counted', () => {
  const lines = fetchTable('OKX', Array<LiquidationObservation>(7).fill(liquidation), []);
  expect(lines.filter((line) => line.startsWith('liquidated'))).toHaveLength(5);
  expect(lines.at(-1)).toBe('… and 2 liquidations before (--json prints all)');
});

test('a market that is on no coin says so', () => {
  const stock = { ...makeMark('okx', 'META', 700, AT), assetClass: 'stock' as const };
  const lines = fetchTable('OKX', [stock, makeMark('okx', 'BTC', 77_000, AT)], []);
  expect(lines.find((line) => line.includes('METAUSDT'))).toMatch(/^META \(stock\)/);
  expect(lines.find((line) => line.includes('BTCUSDT'))).toMatch(/^BTC /);
});
