import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchLiquidations } from './liquidations.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Gate v4 perpetuals settled in USDT and in BTC. */
export const gate = defineExchange({
  id: ID,
  title: 'Gate',
  baseUrl: 'https://api.gateio.ws/api/v4',
  budget: { weightPerMinute: 500, published: '200 requests / 10 s / endpoint / IP' },
  periodSeconds: 60,
  calls: 'contracts and tickers, settled in USDT and in BTC (1 each)',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
  fetchPositioning,
  fetchLiquidations,
});
