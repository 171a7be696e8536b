import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { epochMs, positiveNumber } from '../../kit/decode.ts';
import type {
  ContractSizeOf,
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

const ID = 'okx';
/** Marks come five times a second each: only the largest instruments have theirs. */
const MOST_MARKS = 100;
const TOPICS_A_FRAME = 50;

/**
 * Liquidations of every swap by one topic, marks of the largest by one each, over one connection.
 * Liquidations come as contracts: `contractSizeOf` gives coins in one (linear) or USD (inverse), both
 * with the contract multiplier. The venue sends snapshots of them, so that they are a lower bound.
 */
export function createOkxStream(contractSizeOf: ContractSizeOf): StreamDefinition {
  return {
    wsUrl: 'wss://ws.okx.com:8443',
    feeds: (instruments) => [
      {
        name: 'market',
        path: '/ws/v5/public',
        subscribe: groupBySize(topicsOf(instruments), TOPICS_A_FRAME).map((args) =>
          JSON.stringify({ op: 'subscribe', args }),
        ),
        subscribeEveryMs: 500,
        ping: { everyMs: 20_000, text: 'ping' },
        silentAfterMs: 60_000,
        // Without instruments there are liquidations alone.
        aliveBy: topicsOf(instruments).length > 1 ? 'events' : 'frames',
        read: (frame, context) => read(frame, context, contractSizeOf),
      },
    ],
  };
}

function topicsOf(instruments: readonly WatchedInstrument[]): Record<string, string>[] {
  const marks = instruments
    .map(({ instrument }) => instrument)
    .filter((instId) => coinOf(instId) !== undefined)
    .slice(0, MOST_MARKS);
  return [
    { channel: 'liquidation-orders', instType: 'SWAP' },
    ...marks.map((instId) => ({ channel: 'mark-price', instId })),
  ];
}

interface OkxCoin extends CanonicalAsset {
  inverse: boolean;
}

/** The coin of `BTC-USDT-SWAP`, `BTC-USDC-SWAP` and `BTC-USD-SWAP` (inverse). */
function coinOf(instId: string): OkxCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+)-(USDT|USDC|USD)-SWAP$/.exec(instId) ?? [];
  const coin = base === undefined ? undefined : canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, inverse: quote === 'USD' };
}

const eventSchema = z.object({ event: z.string(), code: z.unknown().optional() });
const frameSchema = z.object({
  arg: z.object({ channel: z.string() }),
  data: z.array(z.unknown()),
});
const nameSchema = z.object({ instId: z.string().min(1) });
const detailsSchema = z.object({ details: z.array(z.unknown()) });
/** Too many requests; connections are ended for it. */
const THROTTLED = new Set(['60014', '50011']);

function read(frame: unknown, { now }: ReadContext, contractSizeOf: ContractSizeOf): StreamBatch {
  const event = eventSchema.safeParse(frame);
  if (event.success) {
    if (event.data.event !== 'error') return NO_EVENTS;
    const code = String(event.data.code);
    const reason = THROTTLED.has(code) ? 'rate-limited' : 'unsupported';
    const known = /^\d{1,6}$/.test(code) ? ` (${code})` : '';
    throw new SourceError(reason, `a subscription was refused${known}`);
  }
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { arg, data } = named.data;
  const rows = createEventRows(ID);
  const read = arg.channel === 'mark-price' ? readMark : readLiquidations;
  if (arg.channel !== 'mark-price' && arg.channel !== 'liquidation-orders') return unknownFrame();
  for (const raw of data) {
    const row = nameSchema.safeParse(raw);
    if (!row.success) {
      rows.row(undefined).read('market', nameSchema, raw);
      continue;
    }
    const { instId } = row.data;
    const coin = coinOf(instId);
    if (coin !== undefined) read({ instId, coin, now: now(), rows, contractSizeOf }, raw);
  }
  return rows.batch();
}

interface Target {
  instId: string;
  coin: OkxCoin;
  now: number;
  rows: EventRows;
  contractSizeOf: ContractSizeOf;
}

function readMark({ coin, instId, now, rows }: Target, raw: unknown): void {
  const schema = z.object({ markPx: positiveNumber, ts: epochMs(now) });
  const mark = rows.row(instId).read('market', schema, raw);
  if (mark === undefined) return;
  rows.mark({
    asset: coin.asset,
    instrument: instId,
    markPriceUsd: mark.markPx / coin.multiplier,
    observedAt: mark.ts,
  });
}

function readLiquidations(target: Target, raw: unknown): void {
  const list = target.rows.row(target.instId).read('liquidation', detailsSchema, raw);
  for (const detail of list?.details ?? []) readDetail(target, detail);
}

const CLOSES = { long: 'sell', short: 'buy' } as const;

/** `posSide` is the position, `side` the order; `net` accounts show it by the order alone. */
function readDetail(target: Target, raw: unknown): void {
  const { coin, contractSizeOf, instId, now, rows } = target;
  const schema = z
    .object({
      posSide: z.enum(['long', 'short', 'net']),
      side: z.enum(['buy', 'sell']),
      sz: positiveNumber,
      bkPx: positiveNumber,
      ts: epochMs(now),
    })
    .refine(
      ({ posSide, side }) => posSide === 'net' || CLOSES[posSide] === side,
      'position and order contradict',
    );
  const row = rows.row(instId);
  const detail = row.read('liquidation', schema, raw);
  if (detail === undefined) return;
  const contract = contractSizeOf(instId);
  if (contract === undefined) {
    row.drop('liquidation', 'contract size unknown');
    return;
  }
  const { multiplier } = coin;
  const unit = coin.inverse ? 'usd' : 'coin';
  rows.liquidation({
    asset: coin.asset,
    instrument: instId,
    side: detail.side === 'sell' ? 'long' : 'short',
    ...closedSize({ price: detail.bkPx, size: detail.sz * contract, in: unit, multiplier }),
    completeness: 'lower-bound',
    observedAt: detail.ts,
  });
}
