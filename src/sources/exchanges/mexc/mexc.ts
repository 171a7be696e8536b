import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchSnapshot } from './snapshot.ts';

/** MEXC's perpetuals: linear (USDT, USDC and USD1) and inverse. */
export const mexc = defineExchange({
  id: ID,
  title: 'MEXC',
  baseUrl: 'https://contract.mexc.com',
  budget: { weightPerMinute: 140, published: '10 requests / 2 s / endpoint' },
  periodSeconds: 60,
  calls: 'funding_rate, ticker, detail every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
});
