import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Bybit v5 perpetuals: linear (USDT and USDC) and inverse. */
export const bybit = defineExchange({
  id: ID,
  title: 'Bybit',
  baseUrl: 'https://api.bybit.com',
  budget: { weightPerMinute: 600, published: '600 requests / 5 s / IP' },
  periodSeconds: 60,
  calls:
    'tickers?category=linear, tickers?category=inverse, instruments-info?category=linear every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchPositioning,
  fetchMarginTiers,
});
