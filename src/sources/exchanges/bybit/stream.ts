import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { absentable, epochMs, positiveNumber } from '../../kit/decode.ts';
import type {
  ReadContext,
  StreamBatch,
  StreamDefinition,
  StreamFeed,
  WatchedInstrument,
} from '../../kit/stream.ts';
import {
  closedSize,
  createEventRows,
  type EventRows,
  NO_EVENTS,
  unknownFrame,
} from '../../kit/stream-batch.ts';
import { groupByLength } from '../../kit/topics.ts';
import { type BybitCoin, type Category, coinOf, ID } from './name.ts';

/** Tickers come ten times a second each: only the largest instruments have theirs. */
const MOST_MARKS = 60;
/** The venue allows 21,000 characters of topics a connection. */
const CONNECTION_CHARACTERS = 20_000;
const FRAME_CHARACTERS = 4_000;
const PING = JSON.stringify({ op: 'ping' });

/** Liquidations of every watched instrument, marks of the largest; each has its own topic. */
export const bybitStream: StreamDefinition = {
  wsUrl: 'wss://stream.bybit.com',
  feeds: (instruments) => [...feedsOf('linear', instruments), ...feedsOf('inverse', instruments)],
};

function feedsOf(category: Category, instruments: readonly WatchedInstrument[]): StreamFeed[] {
  const names = instruments
    .map(({ instrument }) => instrument)
    .filter((instrument) => coinOf(instrument)?.category === category);
  const marks = names.slice(0, MOST_MARKS).map((name) => `tickers.${name}`);
  const liquidations = names.map((name) => `allLiquidation.${name}`);
  const connections = groupByLength([...marks, ...liquidations], CONNECTION_CHARACTERS);
  return connections.map((topics, index) => ({
    name: `${category}-${index + 1}`,
    path: `/v5/public/${category}`,
    subscribe: groupByLength(topics, FRAME_CHARACTERS).map((args) =>
      JSON.stringify({ op: 'subscribe', args }),
    ),
    subscribeEveryMs: 200,
    ping: { everyMs: 20_000, text: PING },
    silentAfterMs: 60_000,
    aliveBy: index === 0 ? 'events' : 'frames',
    read: (frame, context) => read(frame, context, category),
  }));
}

const answerSchema = z.object({ op: z.string(), success: z.boolean().optional() });
const frameSchema = z.object({
  topic: z.string(),
  type: z.string(),
  ts: z.unknown(),
  data: z.unknown(),
});
const listSchema = z.array(z.unknown());

function read(frame: unknown, { now }: ReadContext, category: Category): StreamBatch {
  const answer = answerSchema.safeParse(frame);
  if (answer.success) {
    if (answer.data.success !== false) return NO_EVENTS;
    throw new SourceError('unsupported', 'a subscription was refused');
  }
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { data, topic, ts, type } = named.data;
  const [kind, instrument] = splitTopic(topic);
  const rows = createEventRows(ID);
  const coin = coinOf(instrument);
  if (coin === undefined || coin.category !== category) return NO_EVENTS;
  if (kind === 'tickers') {
    if (type === 'delta' && leavesOutMark(data)) return NO_EVENTS;
    readTicker({ instrument, coin, now: now(), rows }, data, ts);
  } else if (kind === 'allLiquidation') {
    const list = listSchema.safeParse(data);
    if (!list.success) return unknownFrame('liquidations that are no list');
    for (const raw of list.data) readLiquidation({ instrument, coin, now: now(), rows }, raw);
  } else return unknownFrame();
  return rows.batch();
}

function splitTopic(topic: string): [kind: string, instrument: string] {
  const at = topic.indexOf('.');
  return [topic.slice(0, Math.max(0, at)), topic.slice(at + 1)];
}

interface Target {
  instrument: string;
  coin: BybitCoin;
  now: number;
  rows: EventRows;
}

/** A delta leaves out what has not changed: without a mark price it says nothing here. */
function leavesOutMark(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !('markPrice' in data);
}

function readTicker(target: Target, data: unknown, ts: unknown): void {
  const { coin, instrument, now, rows } = target;
  const schema = z.object({
    data: z.object({
      symbol: z.literal(instrument),
      markPrice: positiveNumber,
      indexPrice: absentable(positiveNumber),
    }),
    ts: epochMs(now),
  });
  const ticker = rows.row(instrument).read('market', schema, { data, ts });
  if (ticker === undefined) return;
  const { indexPrice, markPrice } = ticker.data;
  rows.mark({
    asset: coin.asset,
    instrument,
    markPriceUsd: markPrice / coin.multiplier,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
    observedAt: ticker.ts,
  });
}

/** `S` is the side of the position: `Buy` was a long. `p` is its bankruptcy price. */
function readLiquidation({ coin, instrument, now, rows }: Target, raw: unknown): void {
  const schema = z.object({
    s: z.literal(instrument),
    S: z.enum(['Buy', 'Sell']),
    v: positiveNumber,
    p: positiveNumber,
    T: epochMs(now),
  });
  const closed = rows.row(instrument).read('liquidation', schema, raw);
  if (closed === undefined) return;
  const unit = coin.category === 'inverse' ? 'usd' : 'coin';
  const { multiplier } = coin;
  rows.liquidation({
    asset: coin.asset,
    instrument,
    side: closed.S === 'Buy' ? 'long' : 'short',
    ...closedSize({ price: closed.p, size: closed.v, in: unit, multiplier }),
    completeness: 'all',
    observedAt: closed.T,
  });
}
