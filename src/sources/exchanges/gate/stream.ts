import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { absentable, epochMs, positiveNumber, toFiniteNumber } from '../../kit/decode.ts';
import type {
  ContractSizeOf,
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

const ID = 'gate';
/** Tickers come with every trade. */
const MOST_MARKS = 100;
const LIQUIDATIONS = 'futures.public_liquidates';
const TICKERS = 'futures.tickers';
/** The venue wants a time in every request and reads it in signed ones only. */
const ANY_TIME = 1;

/**
 * Liquidations of every contract and marks of the largest, one connection a settlement coin.
 * Sizes are contracts: `contractSizeOf` gives coins in one (`quanto_multiplier`), or for `BTC_USD` USD.
 */
export function createGateStream(contractSizeOf: ContractSizeOf): StreamDefinition {
  return {
    wsUrl: 'wss://fx-ws.gateio.ws',
    feeds: (instruments) => [
      feedOf('usdt', instruments, contractSizeOf),
      feedOf('btc', instruments, contractSizeOf),
    ],
  };
}

function feedOf(
  settle: 'usdt' | 'btc',
  instruments: readonly WatchedInstrument[],
  contractSizeOf: ContractSizeOf,
): StreamFeed {
  const marks = instruments
    .map(({ instrument }) => instrument)
    .filter((name) => coinOf(name)?.settle === settle)
    .slice(0, MOST_MARKS);
  const ask = (channel: string, payload: readonly string[]) =>
    JSON.stringify({ time: ANY_TIME, channel, event: 'subscribe', payload });
  return {
    name: settle,
    path: `/v4/ws/${settle}`,
    // Else parts of contracts are cut off.
    headers: { 'X-Gate-Size-Decimal': '1' },
    subscribe: [ask(LIQUIDATIONS, ['!all']), ...(marks.length === 0 ? [] : [ask(TICKERS, marks)])],
    ping: {
      everyMs: 20_000,
      text: JSON.stringify({ time: ANY_TIME, channel: 'futures.ping' }),
    },
    silentAfterMs: 60_000,
    aliveBy: marks.length >= 5 ? 'events' : 'frames',
    read: (frame, context) => read(frame, context, contractSizeOf),
  };
}

interface GateCoin extends CanonicalAsset {
  settle: 'usdt' | 'btc';
}

/** The coin of `BTC_USDT` and of `BTC_USD` (settled in coins); leveraged tokens are no coins. */
function coinOf(contract: string): GateCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+)_(USDT|USD)$/.exec(contract) ?? [];
  if (base === undefined || /\d[LS]$/.test(base)) return undefined;
  const coin = canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, settle: quote === 'USD' ? 'btc' : 'usdt' };
}

const frameSchema = z.object({
  channel: z.string(),
  event: z.string().optional(),
  error: z.unknown().optional(),
  time_ms: z.unknown().optional(),
  result: z.unknown().optional(),
});
const listSchema = z.array(z.unknown());
const nameSchema = z.object({ contract: z.string().min(1) });

function read(frame: unknown, { now }: ReadContext, contractSizeOf: ContractSizeOf): StreamBatch {
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { channel, error, event, result } = named.data;
  if (error !== undefined && error !== null) {
    throw new SourceError('unsupported', 'a subscription was refused');
  }
  if (event === 'subscribe' || channel === 'futures.pong') return NO_EVENTS;
  const isTicker = channel === TICKERS;
  if (event !== 'update' || (!isTicker && channel !== LIQUIDATIONS)) return unknownFrame();
  const list = listSchema.safeParse(result);
  if (!list.success) return unknownFrame('an update that is no list');
  const rows = createEventRows(ID);
  const kind = isTicker ? 'market' : 'liquidation';
  for (const raw of list.data) {
    const row = nameSchema.safeParse(raw);
    if (!row.success) {
      rows.row(undefined).read(kind, nameSchema, raw);
      continue;
    }
    const { contract } = row.data;
    const coin = coinOf(contract);
    if (coin === undefined) continue;
    const target: Target = { contract, coin, now: now(), rows, contractSizeOf };
    if (isTicker) readMark(target, raw, named.data.time_ms);
    else readLiquidation(target, raw);
  }
  return rows.batch();
}

interface Target {
  contract: string;
  coin: GateCoin;
  now: number;
  rows: EventRows;
  contractSizeOf: ContractSizeOf;
}

function readMark({ coin, contract, now, rows }: Target, raw: unknown, stampedAt: unknown): void {
  const schema = z.object({
    row: z.object({ mark_price: positiveNumber, index_price: absentable(positiveNumber) }),
    at: epochMs(now),
  });
  const ticker = rows.row(contract).read('market', schema, { row: raw, at: stampedAt });
  if (ticker === undefined) return;
  const { index_price, mark_price } = ticker.row;
  rows.mark({
    asset: coin.asset,
    instrument: contract,
    markPriceUsd: mark_price / coin.multiplier,
    ...(index_price === undefined ? {} : { indexPriceUsd: index_price / coin.multiplier }),
    observedAt: ticker.at,
  });
}

const signedSize = z
  .union([z.string(), z.number()], { error: 'is not a size' })
  .transform((input, context) => {
    const value = toFiniteNumber(input);
    if (value !== undefined && value !== 0 && Math.abs(value) <= 1e15) return value;
    context.addIssue({ code: 'custom', message: 'is not a size' });
    return z.NEVER;
  });

/**
 * `size` is signed like the position, as in the answers over HTTP, which have the order's beside it:
 * above 0 a long was closed. Since 20 August 2026 every order of a contract comes, in batches.
 */
function readLiquidation(target: Target, raw: unknown): void {
  const { coin, contract, contractSizeOf, now, rows } = target;
  // `time` is in ms since the batches; before it was in seconds, with `time_ms` beside it.
  const schema = z.object({ price: positiveNumber, size: signedSize, time: epochMs(now) });
  const row = rows.row(contract);
  const at = (raw as { time_ms?: unknown }).time_ms ?? (raw as { time?: unknown }).time;
  const closed = row.read('liquidation', schema, { ...(raw as object), time: at });
  if (closed === undefined) return;
  const contractSize = contractSizeOf(contract);
  if (contractSize === undefined) {
    row.drop('liquidation', 'contract size unknown');
    return;
  }
  const unit = coin.settle === 'btc' ? 'usd' : 'coin';
  const size = Math.abs(closed.size) * contractSize;
  rows.liquidation({
    asset: coin.asset,
    instrument: contract,
    side: closed.size > 0 ? 'long' : 'short',
    ...closedSize({ price: closed.price, size, in: unit, multiplier: coin.multiplier }),
    completeness: 'all',
    observedAt: closed.time,
  });
}
