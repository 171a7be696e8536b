import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { INTEREST_PLAN } from './interest-plan.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/**
 * Binance USD-M perpetuals quoted in USDT and USDC. Margin tiers (`leverageBracket`) need a key and
 * are not read.
 */
export const binanceUsdm = defineExchange({
  id: ID,
  title: 'Binance USD-M',
  baseUrl: 'https://fapi.binance.com',
  budget: { weightPerMinute: 1150, published: '2400 weight / min / IP' },
  periodSeconds: 60,
  interestEveryFetches: INTEREST_PLAN.everyCycles,
  calls:
    'premiumIndex (10), fundingInfo, ticker/24hr (40), exchangeInfo every 10 min, openInterest (1) of the largest and of those that moved every minute, of each at least every 10 min',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchPositioning,
});
