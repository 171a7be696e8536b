import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
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
import { groupBySize } from '../../kit/topics.ts';

const ID = 'deribit';
const CURRENCIES = ['BTC', 'ETH', 'USDC', 'USDT'];
const MOST_MARKS = 40;
const CHANNELS_A_FRAME = 25;
const HEARTBEAT_ID = 1;
const TEST_ID = 2;
const FIRST_SUBSCRIBE_ID = 10;

/**
 * Trades of all futures, of which the liquidations are kept, and marks of the perpetuals watched.
 * The heartbeat the venue asks back for proves the connection alive.
 */
export const deribitStream: StreamDefinition = {
  wsUrl: 'wss://www.deribit.com',
  feeds: (instruments) => [feedOf(instruments)],
};

function feedOf(instruments: readonly WatchedInstrument[]): StreamFeed {
  const groups = groupBySize(channelsOf(instruments), CHANNELS_A_FRAME);
  const asked = new Map(
    groups.map((channels, index) => [FIRST_SUBSCRIBE_ID + index, channels.length]),
  );
  return {
    name: 'market',
    path: '/ws/api/v2',
    subscribe: [
      request(HEARTBEAT_ID, 'public/set_heartbeat', { interval: 10 }),
      ...groups.map((channels, index) =>
        request(FIRST_SUBSCRIBE_ID + index, 'public/subscribe', { channels }),
      ),
    ],
    subscribeEveryMs: 300,
    silentAfterMs: 60_000,
    aliveBy: channelsOf(instruments).length > CURRENCIES.length ? 'events' : 'frames',
    read: (frame, context) => read(frame, context, asked),
  };
}

function request(id: number, method: string, params: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

function channelsOf(instruments: readonly WatchedInstrument[]): string[] {
  const marks = instruments
    .map(({ instrument }) => instrument)
    .filter((name) => coinOf(name) !== undefined)
    .slice(0, MOST_MARKS);
  return [
    ...CURRENCIES.map((currency) => `trades.future.${currency}.100ms`),
    ...marks.map((name) => `ticker.${name}.100ms`),
  ];
}

interface DeribitCoin extends CanonicalAsset {
  inverse: boolean;
}

/** The coin of `BTC-PERPETUAL` (inverse), `SOL_USDC-PERPETUAL` and `SOL_USDT-PERPETUAL` (linear). */
function coinOf(name: string): DeribitCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+?)(_USDC|_USDT)?-PERPETUAL$/.exec(name) ?? [];
  const coin = base === undefined ? undefined : canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, inverse: quote === undefined };
}

const errorSchema = z.object({ error: z.object({ code: z.number() }) });
const answerSchema = z.object({ id: z.number(), result: z.unknown().optional() });
const methodSchema = z.object({ method: z.string(), params: z.record(z.string(), z.unknown()) });
const TOO_MANY_REQUESTS = 10028;

function read(
  frame: unknown,
  context: ReadContext,
  asked: ReadonlyMap<number, number>,
): StreamBatch {
  const failed = errorSchema.safeParse(frame);
  if (failed.success) {
    const { code } = failed.data.error;
    const reason = code === TOO_MANY_REQUESTS ? 'rate-limited' : 'unsupported';
    throw new SourceError(reason, `a request was refused (${code})`);
  }
  const answer = answerSchema.safeParse(frame);
  if (answer.success) return checkAccepted(answer.data, asked);
  const notice = methodSchema.safeParse(frame);
  if (!notice.success) return unknownFrame();
  const { method, params } = notice.data;
  if (method === 'heartbeat') {
    if (params['type'] === 'test_request') context.reply(request(TEST_ID, 'public/test', {}));
    return NO_EVENTS;
  }
  const channel = params['channel'];
  if (method !== 'subscription' || typeof channel !== 'string') return unknownFrame();
  const rows = createEventRows(ID);
  if (channel.startsWith('trades.')) readTrades(params['data'], context.now(), rows);
  else if (channel.startsWith('ticker.')) readMark(params['data'], context.now(), rows);
  else return unknownFrame();
  return rows.batch();
}

/** Channels that do not exist are left out of the answer without a word. */
function checkAccepted(
  { id, result }: { id: number; result?: unknown },
  asked: ReadonlyMap<number, number>,
): StreamBatch {
  const wanted = asked.get(id);
  const given = Array.isArray(result) ? result.length : 0;
  if (wanted !== undefined && given < wanted) {
    throw new SourceError('unsupported', `${wanted - given} of ${wanted} channels were refused`);
  }
  return NO_EVENTS;
}

const nameSchema = z.object({ instrument_name: z.string().min(1) });
const flagSchema = z.object({ liquidation: z.string() });

function readMark(raw: unknown, now: number, rows: EventRows): void {
  const named = nameSchema.safeParse(raw);
  const coin = named.success ? coinOf(named.data.instrument_name) : undefined;
  if (named.success && coin === undefined) return;
  const schema = nameSchema.extend({
    mark_price: positiveNumber,
    index_price: absentable(positiveNumber),
    timestamp: epochMs(now),
  });
  const ticker = rows.row(named.data?.instrument_name).read('market', schema, raw);
  if (ticker === undefined || coin === undefined) return;
  rows.mark({
    asset: coin.asset,
    instrument: ticker.instrument_name,
    markPriceUsd: ticker.mark_price / coin.multiplier,
    ...(ticker.index_price === undefined
      ? {}
      : { indexPriceUsd: ticker.index_price / coin.multiplier }),
    observedAt: ticker.timestamp,
  });
}

function readTrades(data: unknown, now: number, rows: EventRows): void {
  if (!Array.isArray(data)) {
    rows.row(undefined).drop('liquidation', 'trades that are no list');
    return;
  }
  for (const raw of data as unknown[]) {
    // Most trades are nobody's liquidation.
    if (typeof raw === 'object' && raw !== null && !('liquidation' in raw)) continue;
    const named = nameSchema.safeParse(raw);
    const coin = named.success ? coinOf(named.data.instrument_name) : undefined;
    if (named.success && coin === undefined) continue;
    const row = rows.row(named.data?.instrument_name);
    const schema = nameSchema.extend(flagSchema.shape).extend({
      liquidation: z.enum(['M', 'T', 'MT']),
      direction: z.enum(['buy', 'sell']),
      price: positiveNumber,
      amount: positiveNumber,
      timestamp: epochMs(now),
    });
    const trade = row.read('liquidation', schema, raw);
    if (trade === undefined || coin === undefined) continue;
    for (const side of closedSides(trade.liquidation, trade.direction)) {
      rows.liquidation({
        asset: coin.asset,
        instrument: trade.instrument_name,
        side,
        ...closedSize({
          price: trade.price,
          // USD on inverse perpetuals, coins on linear ones.
          size: trade.amount,
          in: coin.inverse ? 'usd' : 'coin',
          multiplier: coin.multiplier,
        }),
        completeness: 'all',
        observedAt: trade.timestamp,
      });
    }
  }
}

/** `direction` is the taker's; `T` says that the taker was liquidated, `M` the maker, `MT` both. */
function closedSides(flag: 'M' | 'T' | 'MT', direction: 'buy' | 'sell'): ('long' | 'short')[] {
  const taker = direction === 'sell' ? 'long' : 'short';
  const maker = direction === 'sell' ? 'short' : 'long';
  if (flag === 'MT') return [taker, maker];
  return [flag === 'T' ? taker : maker];
}
