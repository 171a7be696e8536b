import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchLiquidations } from './liquidations.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/** OKX v5 perpetual swaps: linear (USDT, USDC, USD) and inverse. */
export const okx = defineExchange({
  id: ID,
  title: 'OKX',
  baseUrl: 'https://www.okx.com',
  budget: {
    weightPerMinute: 140,
    published: '10 to 40 requests / 2 s / endpoint / IP; statistics 5 to 10',
  },
  periodSeconds: 60,
  calls:
    'funding-rate?instId=ANY, open-interest, mark-price, tickers, index-tickers for USDT, USDC and USD (1 each), instruments every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
  fetchPositioning,
  fetchLiquidations,
});
