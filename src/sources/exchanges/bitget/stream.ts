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

const ID = 'bitget';
const MOST_MARKS = 100;
const TOPICS_A_FRAME = 20;
const USDT = 'usdt-futures';
const USDC = 'usdc-futures';
const COIN = 'coin-futures';

/**
 * Liquidations of every USDT and USDC market and marks of the largest, over one connection (v3).
 * Of liquidations the venue sends the largest long and short of a market and second. Those of
 * coin-margined markets are left out: the unit of their amount is not known.
 */
export const bitgetStream: StreamDefinition = {
  wsUrl: 'wss://ws.bitget.com',
  feeds: (instruments) => [
    {
      name: 'market',
      path: '/v3/ws/public',
      subscribe: groupBySize(topicsOf(instruments), TOPICS_A_FRAME).map((args) =>
        JSON.stringify({ op: 'subscribe', args }),
      ),
      subscribeEveryMs: 200,
      ping: { everyMs: 25_000, text: 'ping' },
      silentAfterMs: 60_000,
      aliveBy: topicsOf(instruments).length > 2 ? 'events' : 'frames',
      read,
    },
  ],
};

function topicsOf(instruments: readonly WatchedInstrument[]): Record<string, string>[] {
  const tickers = instruments.flatMap(({ instrument: symbol }) => {
    const coin = coinOf(symbol);
    return coin === undefined ? [] : [{ instType: coin.instType, topic: 'ticker', symbol }];
  });
  return [
    { instType: USDT, topic: 'liquidation' },
    { instType: USDC, topic: 'liquidation' },
    ...tickers.slice(0, MOST_MARKS),
  ];
}

interface BitgetCoin extends CanonicalAsset {
  instType: string;
}

/** The coin of `BTCUSDT`, `BTCPERP` (USDC) and `BTCUSD` (coin-margined); dated names end otherwise. */
function coinOf(symbol: string): BitgetCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+?)(USDT|PERP|USD)$/.exec(symbol) ?? [];
  if (base === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  if (coin === undefined) return undefined;
  const instType = quote === 'USDT' ? USDT : quote === 'PERP' ? USDC : COIN;
  return { ...coin, instType };
}

const eventSchema = z.object({ event: z.string(), code: z.unknown().optional() });
const frameSchema = z.object({
  action: z.string(),
  arg: z.object({ instType: z.string(), topic: z.string(), symbol: z.string().optional() }),
  data: z.array(z.unknown()),
  ts: z.unknown(),
});
const nameSchema = z.object({ symbol: z.string().min(1) });
/** Requests too frequent. */
const THROTTLED = new Set(['30006', '30007']);

function read(frame: unknown, { now }: ReadContext): StreamBatch {
  const event = eventSchema.safeParse(frame);
  if (event.success) {
    if (event.data.event !== 'error') return NO_EVENTS;
    const code = String(event.data.code);
    const known = /^\d{1,6}$/.test(code) ? ` (${code})` : '';
    const reason = THROTTLED.has(code) ? 'rate-limited' : 'unsupported';
    throw new SourceError(reason, `a subscription was refused${known}`);
  }
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { action, arg, data, ts } = named.data;
  const rows = createEventRows(ID);
  if (arg.topic === 'ticker' && arg.symbol !== undefined) {
    // The rows of tickers do not say whose they are.
    for (const raw of data) {
      if (action === 'update' && leavesOutMark(raw)) continue;
      readMark(arg.symbol, { raw, ts }, now(), rows);
    }
  } else if (arg.topic === 'liquidation' && arg.instType !== COIN) {
    for (const raw of data) readLiquidation(raw, arg.instType, now(), rows);
  } else return unknownFrame();
  return rows.batch();
}

/** Updates may leave out what has not changed. */
function leavesOutMark(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && !('markPrice' in raw);
}

function readMark(
  symbol: string,
  { raw, ts }: { raw: unknown; ts: unknown },
  now: number,
  rows: EventRows,
): void {
  const coin = coinOf(symbol);
  if (coin === undefined) return;
  const schema = z.object({
    row: z.object({ markPrice: positiveNumber, indexPrice: absentable(positiveNumber) }),
    ts: epochMs(now),
  });
  const ticker = rows.row(symbol).read('market', schema, { row: raw, ts });
  if (ticker === undefined) return;
  const { indexPrice, markPrice } = ticker.row;
  rows.mark({
    asset: coin.asset,
    instrument: symbol,
    markPriceUsd: markPrice / coin.multiplier,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
    observedAt: ticker.ts,
  });
}

/**
 * `side` is the side of the position: `buy` was a long. `amount` is in the quote coin: over `price` it
 * gives round numbers of coins.
 */
function readLiquidation(raw: unknown, instType: string, now: number, rows: EventRows): void {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    rows.row(undefined).read('liquidation', nameSchema, raw);
    return;
  }
  const { symbol } = named.data;
  const coin = coinOf(symbol);
  if (coin === undefined || coin.instType !== instType) return;
  const schema = z.object({
    side: z.enum(['buy', 'sell']),
    price: positiveNumber,
    amount: positiveNumber,
    ts: epochMs(now),
  });
  const closed = rows.row(symbol).read('liquidation', schema, raw);
  if (closed === undefined) return;
  const { multiplier } = coin;
  rows.liquidation({
    asset: coin.asset,
    instrument: symbol,
    side: closed.side === 'buy' ? 'long' : 'short',
    ...closedSize({ price: closed.price, size: closed.amount, in: 'usd', multiplier }),
    completeness: 'lower-bound',
    observedAt: closed.ts,
  });
}
