import { defineExchange } from '../../kit/define.ts';
import { fetchDepth } from './depth.ts';
import { fetchHistory } from './history.ts';
import { ID } from './name.ts';
import { fetchPositioning } from './positioning.ts';
import { fetchSnapshot } from './snapshot.ts';

/** Binance COIN-M perpetuals: inverse, contracts of 100 USD of BTC and 10 USD of the others. */
export const binanceCoinm = defineExchange({
  id: ID,
  title: 'Binance COIN-M',
  baseUrl: 'https://dapi.binance.com',
  budget: { weightPerMinute: 1150, published: '2400 weight / min / IP' },
  periodSeconds: 60,
  calls:
    'premiumIndex (10), fundingInfo, ticker/24hr (40), exchangeInfo every 10 min, openInterest once an instrument (1)',
  fetchSnapshot,
  fetchDepth,
  fetchHistory,
  fetchPositioning,
});
