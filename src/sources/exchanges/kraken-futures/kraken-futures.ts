import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { fetchMarginTiers } from './margin-tiers.ts';
import { ID } from './name.ts';
import { fetchSnapshot } from './snapshot.ts';

/**
 * Kraken's perpetuals: `PF_` (linear, any collateral) and `PI_` (inverse). REST v3 is switched off
 * on 1 March 2027; all that depends on it is in `rest-v3.ts`. The base URL has no path, since the
 * history comes from a second service beside it.
 */
export const krakenFutures = defineExchange({
  id: ID,
  title: 'Kraken Futures',
  baseUrl: 'https://futures.kraken.com',
  budget: {
    weightPerMinute: 50,
    published: 'none for public calls; client libraries pace 100 / min',
  },
  periodSeconds: 60,
  calls: 'tickers, instruments every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchMarginTiers,
});
