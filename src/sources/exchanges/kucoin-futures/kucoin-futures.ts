import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchSnapshot } from './snapshot.ts';

/** KuCoin's perpetuals: linear (USDT and USDC) and inverse. */
export const kucoinFutures = defineExchange({
  id: ID,
  title: 'KuCoin Futures',
  baseUrl: 'https://api-futures.kucoin.com',
  // Half of what 30 seconds allow, since a full minute may be spent at once.
  budget: { weightPerMinute: 950, published: '2000 weight / 30 s / IP (public pool)' },
  periodSeconds: 60,
  calls: 'contracts/active (3)',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
});
