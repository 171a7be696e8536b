import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/**
 * Bitget's perpetuals margined in USDT, USDC and coins. v3 of its interface: its instruments say what
 * is no coin, its books are deeper and its tiers are in dollars. v2 for settled funding and the ratios,
 * whose answers are known in that shape only.
 */
export const bitget = defineExchange({
  id: ID,
  title: 'Bitget',
  baseUrl: 'https://api.bitget.com',
  budget: {
    weightPerMinute: 500,
    published: '20 requests / s / IP (ratios 1), 6000 / min / IP',
  },
  periodSeconds: 60,
  calls:
    'tickers and current-fund-rate of USDT-, USDC- and COIN-FUTURES (1 each), instruments every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
  fetchPositioning,
});
