import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { ID } from './info.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Hyperliquid's own perpetuals and those of its builder-deployed dexes (`xyz:TSLA`). */
export const hyperliquid = defineExchange({
  id: ID,
  title: 'Hyperliquid',
  baseUrl: 'https://api.hyperliquid.xyz',
  budget: { weightPerMinute: 550, published: '1200 weight / min / IP' },
  periodSeconds: 60,
  calls:
    'info metaAndAssetCtxs (20), the same of each builder-deployed dex (20) every other minute, perpDexs and perpCategories (40) every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
});
