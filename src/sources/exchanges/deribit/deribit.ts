import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchLiquidations } from './liquidations.ts';
import { ID } from './name.ts';
import { fetchOptions } from './options.ts';
import { fetchSnapshot } from './snapshot.ts';

/**
 * Deribit's perpetuals, inverse (BTC, ETH) and linear (USDC), and its options on BTC and ETH.
 * Coinbase's international derivatives trade in the same books. Maintenance margins are left out:
 * the formula changed in August 2026 and no public method gives it.
 */
export const deribit = defineExchange({
  id: ID,
  title: 'Deribit',
  baseUrl: 'https://www.deribit.com/api/v2',
  // A full minute may be spent at once, and the venue's pool holds 100 requests, refilled at 20 / s.
  budget: { weightPerMinute: 120, published: '20 requests / s, 100 at once, per IP' },
  periodSeconds: 60,
  calls:
    'get_book_summary_by_currency of BTC, ETH, USDC, USDT; get_instruments every 10 min; options: get_book_summary_by_currency of BTC, ETH',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchLiquidations,
  fetchOptions,
});
