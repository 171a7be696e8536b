import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { absentable, epochMs, positiveNumber } from '../../kit/decode.ts';
import type {
  ReadContext,
  StreamBatch,
  StreamDefinition,
  WatchedInstrument,
} from '../../kit/stream.ts';
import {
  closedSize,
  createEventRows,
  type EventRows,
  NO_EVENTS,
  unknownFrame,
} from '../../kit/stream-batch.ts';
import { groupBySize } from '../../kit/topics.ts';

const ID = 'kraken-futures';
const MOST_MARKS = 100;
const PRODUCTS_A_FRAME = 50;

/**
 * Trades of the watched products, of which the liquidations are kept, and tickers of the largest, once
 * a second, which prove the connection alive. The venue ends this version on 1 March 2027.
 */
export const krakenFuturesStream: StreamDefinition = {
  wsUrl: 'wss://futures.kraken.com',
  feeds(instruments) {
    const subscribe = framesOf(instruments);
    if (subscribe.length === 0) return [];
    return [
      {
        name: 'market',
        path: '/ws/v1',
        subscribe,
        subscribeEveryMs: 300,
        silentAfterMs: 60_000,
        read,
      },
    ];
  },
};

function framesOf(instruments: readonly WatchedInstrument[]): string[] {
  const products = instruments
    .map(({ instrument }) => instrument)
    .filter((name) => coinOf(name) !== undefined);
  const ask = (feed: string, names: readonly string[]) =>
    groupBySize(names, PRODUCTS_A_FRAME).map((product_ids) =>
      JSON.stringify({ event: 'subscribe', feed, product_ids }),
    );
  return [...ask('ticker', products.slice(0, MOST_MARKS)), ...ask('trade', products)];
}

interface KrakenCoin extends CanonicalAsset {
  inverse: boolean;
}

/** The coin of `PF_XBTUSD` (linear) and `PI_XBTUSD` (inverse); dated products begin otherwise. */
function coinOf(product: string): KrakenCoin | undefined {
  const [, kind, base] = /^(PF|PI)_([A-Z0-9]+)USD$/.exec(product) ?? [];
  const coin = base === undefined ? undefined : canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, inverse: kind === 'PI' };
}

const eventSchema = z.object({ event: z.string() });
const feedSchema = z.object({ feed: z.string(), product_id: z.string().min(1) });
const REFUSALS = new Set(['error', 'alert', 'subscribed_failed']);

function read(frame: unknown, { now }: ReadContext): StreamBatch {
  const event = eventSchema.safeParse(frame);
  if (event.success) {
    if (!REFUSALS.has(event.data.event)) return NO_EVENTS;
    throw new SourceError('unsupported', 'a subscription was refused');
  }
  const named = feedSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { feed, product_id } = named.data;
  // The trades before the subscription: told when they happened, or never to be known.
  if (feed === 'trade_snapshot' || feed === 'heartbeat') return NO_EVENTS;
  const coin = coinOf(product_id);
  if (coin === undefined) return NO_EVENTS;
  const rows = createEventRows(ID);
  if (feed === 'ticker') readMark({ coin, product_id, now: now(), rows }, frame);
  else if (feed === 'trade') readTrade({ coin, product_id, now: now(), rows }, frame);
  else return unknownFrame();
  return rows.batch();
}

interface Target {
  coin: KrakenCoin;
  product_id: string;
  now: number;
  rows: EventRows;
}

function readMark({ coin, now, product_id, rows }: Target, raw: unknown): void {
  const schema = z.object({
    markPrice: positiveNumber,
    index: absentable(positiveNumber),
    time: epochMs(now),
  });
  const ticker = rows.row(product_id).read('market', schema, raw);
  if (ticker === undefined) return;
  rows.mark({
    asset: coin.asset,
    instrument: product_id,
    markPriceUsd: ticker.markPrice / coin.multiplier,
    ...(ticker.index === undefined ? {} : { indexPriceUsd: ticker.index / coin.multiplier }),
    observedAt: ticker.time,
  });
}

const typeSchema = z.object({ type: z.string().min(1) });

/** `side` is the taker's, who is the one liquidated. `qty` is in USD on `PI_`, in coins on `PF_`. */
function readTrade({ coin, now, product_id, rows }: Target, raw: unknown): void {
  const kind = typeSchema.safeParse(raw);
  if (kind.success && kind.data.type !== 'liquidation') return;
  const schema = z.object({
    type: z.literal('liquidation'),
    side: z.enum(['buy', 'sell']),
    qty: positiveNumber,
    price: positiveNumber,
    time: epochMs(now),
  });
  const trade = rows.row(product_id).read('liquidation', schema, raw);
  if (trade === undefined) return;
  rows.liquidation({
    asset: coin.asset,
    instrument: product_id,
    side: trade.side === 'sell' ? 'long' : 'short',
    ...closedSize({
      price: trade.price,
      size: trade.qty,
      in: coin.inverse ? 'usd' : 'coin',
      multiplier: coin.multiplier,
    }),
    completeness: 'all',
    observedAt: trade.time,
  });
}
