import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { ID } from './info.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Hyperliquid's own perpetuals; builder-deployed dexes are left out. */
export const hyperliquid = defineExchange({
  id: ID,
  title: 'Hyperliquid',
  baseUrl: 'https://api.hyperliquid.xyz',
  budget: { weightPerMinute: 550, published: '1200 weight / min / IP' },
  periodSeconds: 60,
  calls: 'info metaAndAssetCtxs (20)',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
});
