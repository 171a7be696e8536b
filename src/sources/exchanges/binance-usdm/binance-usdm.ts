import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { ID } from './name.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Binance USD-M perpetuals quoted in USDT and USDC. */
export const binanceUsdm = defineExchange({
  id: ID,
  title: 'Binance USD-M',
  baseUrl: 'https://fapi.binance.com',
  budget: { weightPerMinute: 1150, published: '2400 weight / min / IP' },
  periodSeconds: 60,
  calls:
    'premiumIndex (10), fundingInfo, ticker/24hr (40), exchangeInfo every 10 min, openInterest once an instrument (1)',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
});
