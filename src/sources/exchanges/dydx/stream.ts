import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { positiveNumber } from '../../kit/decode.ts';
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

const ID = 'dydx';
/** A connection may hold 32 subscriptions of a kind. */
const MOST_TRADES = 30;

/**
 * Oracle prices of every market, which are mark and index here, and liquidations of the largest: each
 * market's trades are a topic of their own.
 */
export const dydxStream: StreamDefinition = {
  wsUrl: 'wss://indexer.dydx.trade',
  feeds: (instruments) => [
    {
      name: 'market',
      path: '/v4/ws',
      subscribe: [
        JSON.stringify({ type: 'subscribe', channel: 'v4_markets', batched: false }),
        ...marketsOf(instruments).map((id) =>
          JSON.stringify({ type: 'subscribe', channel: 'v4_trades', id, batched: false }),
        ),
      ],
      // About two a second are taken.
      subscribeEveryMs: 700,
      silentAfterMs: 60_000,
      read,
    },
  ],
};

function marketsOf(instruments: readonly WatchedInstrument[]): string[] {
  return instruments
    .map(({ instrument }) => instrument)
    .filter((name) => coinOf(name) !== undefined)
    .slice(0, MOST_TRADES);
}

/** The coin of `BTC-USD`; markets of tokens that are told by an address are left out. */
function coinOf(market: string): CanonicalAsset | undefined {
  const base = /^([A-Z0-9]+)-USD$/.exec(market)?.[1];
  return base === undefined ? undefined : canonicalAsset(base, 'plain');
}

const frameSchema = z.object({
  type: z.string(),
  channel: z.string().optional(),
  id: z.string().optional(),
  contents: z.unknown().optional(),
});
const tradesSchema = z.object({ trades: z.array(z.unknown()) });
const pricesSchema = z.object({ oraclePrices: z.record(z.string(), z.unknown()) });
const stateSchema = z.object({ status: z.string().min(1) });
const marketsSchema = z.object({ markets: z.record(z.string(), z.unknown()) });

function read(frame: unknown, { now }: ReadContext): StreamBatch {
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { channel, contents, id, type } = named.data;
  if (type === 'error') throw new SourceError('unsupported', 'a subscription was refused');
  if (type === 'connected' || type === 'unsubscribed') return NO_EVENTS;
  if (type !== 'subscribed' && type !== 'channel_data') return unknownFrame();
  const rows = createEventRows(ID);
  if (channel === 'v4_markets' && type === 'subscribed') readMarkets(contents, now(), rows);
  else if (channel === 'v4_markets') readPrices(contents, now(), rows);
  else if (channel === 'v4_trades') {
    // The first answer is of trades before the subscription, of any age.
    if (type === 'channel_data') readTrades(id ?? '', contents, now(), rows);
  } else return unknownFrame();
  return rows.batch();
}

function addMark(market: string, raw: unknown, observedAt: number, rows: EventRows): void {
  const coin = coinOf(market);
  if (coin === undefined) return;
  const schema = z.object({ oraclePrice: positiveNumber });
  const price = rows.row(market).read('market', schema, raw);
  if (price === undefined) return;
  const priceUsd = price.oraclePrice / coin.multiplier;
  rows.mark({
    asset: coin.asset,
    instrument: market,
    markPriceUsd: priceUsd,
    indexPriceUsd: priceUsd,
    observedAt,
  });
}

/** The state at the time of the subscription, without a time stamp. */
function readMarkets(contents: unknown, now: number, rows: EventRows): void {
  const list = rows.row('markets').read('market', marketsSchema, contents);
  for (const [market, raw] of Object.entries(list?.markets ?? {})) {
    const state = stateSchema.safeParse(raw);
    if (state.success && state.data.status === 'ACTIVE') addMark(market, raw, now, rows);
    else if (!state.success && coinOf(market) !== undefined) {
      rows.row(market).read('market', stateSchema, raw);
    }
  }
}

/** Updates carry oracle prices, or figures that are not wanted here. */
function readPrices(contents: unknown, now: number, rows: EventRows): void {
  if (typeof contents === 'object' && contents !== null && !('oraclePrices' in contents)) return;
  const list = rows.row('oraclePrices').read('market', pricesSchema, contents);
  for (const [market, raw] of Object.entries(list?.oraclePrices ?? {})) {
    const at = isoTime((raw as { effectiveAt?: unknown } | null)?.effectiveAt, now);
    if (at !== undefined) addMark(market, raw, at, rows);
    else if (coinOf(market) !== undefined)
      rows.row(market).drop('market', 'effectiveAt is no time');
  }
}

const typeSchema = z.object({ type: z.string().min(1) });

/** `side` is the taker's, who is the one liquidated. */
function readTrades(market: string, contents: unknown, now: number, rows: EventRows): void {
  const coin = coinOf(market);
  if (coin === undefined) return;
  const list = rows.row(market).read('liquidation', tradesSchema, contents);
  for (const raw of list?.trades ?? []) {
    const kind = typeSchema.safeParse(raw);
    if (kind.success && kind.data.type !== 'LIQUIDATED') continue;
    const row = rows.row(market);
    const schema = z.object({
      type: z.literal('LIQUIDATED'),
      side: z.enum(['BUY', 'SELL']),
      size: positiveNumber,
      price: positiveNumber,
      createdAt: z.string(),
    });
    const trade = row.read('liquidation', schema, raw);
    if (trade === undefined) continue;
    const observedAt = isoTime(trade.createdAt, now);
    if (observedAt === undefined) {
      row.drop('liquidation', 'createdAt is no time');
      continue;
    }
    rows.liquidation({
      asset: coin.asset,
      instrument: market,
      side: trade.side === 'SELL' ? 'long' : 'short',
      ...closedSize({
        price: trade.price,
        size: trade.size,
        in: 'coin',
        multiplier: coin.multiplier,
      }),
      completeness: 'all',
      observedAt,
    });
  }
}

const ISO = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const AHEAD_MS = 2 * 86_400_000;

/** Epoch ms of the venue's `2026-09-13T15:00:00.123Z`, at most two days ahead of `now`. */
function isoTime(text: unknown, now: number): number | undefined {
  if (typeof text !== 'string' || !ISO.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) || at > now + AHEAD_MS ? undefined : at;
}
