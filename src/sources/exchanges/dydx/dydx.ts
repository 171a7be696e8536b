import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchSnapshot } from './snapshot.ts';

/** dYdX v4 perpetuals by its indexer, quoted in USD and settled in USDC. */
export const dydx = defineExchange({
  id: ID,
  title: 'dYdX',
  baseUrl: 'https://indexer.dydx.trade/v4',
  // The limit counts ten seconds, in which a whole minute's budget may be spent at once.
  budget: { weightPerMinute: 48, published: '100 requests / 10 s / IP' },
  periodSeconds: 60,
  calls: 'perpetualMarkets',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
});
