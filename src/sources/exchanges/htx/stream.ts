import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { epochMs, positiveNumber } from '../../kit/decode.ts';
import type {
  ContractSizeOf,
  ReadContext,
  StreamBatch,
  StreamDefinition,
  StreamFeed,
} from '../../kit/stream.ts';
import {
  closedSize,
  createEventRows,
  type EventRows,
  NO_EVENTS,
  unknownFrame,
} from '../../kit/stream-batch.ts';

const ID = 'htx';
type Kind = 'linear' | 'coin-m';

/**
 * Liquidations of every contract, linear and coin-margined, a connection each; no marks. Frames are
 * gzipped. Coin-margined sizes are contracts: `contractSizeOf` gives USD in one (100 for BTC, 10 else);
 * linear ones come as coins.
 */
export function createHtxStream(contractSizeOf: ContractSizeOf): StreamDefinition {
  return {
    wsUrl: 'wss://api.hbdm.com',
    feeds: () => [
      feedOf('linear', '/linear-swap-notification', contractSizeOf),
      feedOf('coin-m', '/swap-notification', contractSizeOf),
    ],
  };
}

function feedOf(kind: Kind, path: string, contractSizeOf: ContractSizeOf): StreamFeed {
  return {
    name: kind,
    path,
    subscribe: [
      JSON.stringify({ op: 'sub', cid: 'liquidations', topic: 'public.*.liquidation_orders' }),
    ],
    // The venue pings every five seconds.
    silentAfterMs: 60_000,
    aliveBy: 'frames',
    gzip: true,
    read: (frame, context) => read(frame, context, kind, contractSizeOf),
  };
}

/** The coin of `BTC-USDT` (linear) or `BTC-USD` (coin-margined); dated names have a third part. */
function coinOf(contract: string, kind: Kind): CanonicalAsset | undefined {
  const [, base, quote] = /^([A-Z0-9]+)-(USDT|USD)$/.exec(contract) ?? [];
  if (base === undefined || (quote === 'USDT') !== (kind === 'linear')) return undefined;
  return canonicalAsset(base, 'plain');
}

/** The venue's stamp comes as a number or as digits, and wants to go back as it came. */
const stamp = z.union([z.number(), z.string().regex(/^\d{1,20}$/)]);
const opSchema = z.object({ op: z.string() });
const pingSchema = z.object({ op: z.literal('ping'), ts: stamp });
const ackSchema = z.object({ 'err-code': z.number() });
const noticeSchema = z.object({ topic: z.string(), data: z.array(z.unknown()) });
const nameSchema = z.object({ contract_code: z.string().min(1) });
/** A topic asked for twice: it is there already. */
const REPEATED = 2014;

function read(
  frame: unknown,
  { now, reply }: ReadContext,
  kind: Kind,
  contractSizeOf: ContractSizeOf,
): StreamBatch {
  const ping = pingSchema.safeParse(frame);
  if (ping.success) {
    reply(JSON.stringify({ op: 'pong', ts: ping.data.ts }));
    return NO_EVENTS;
  }
  const op = opSchema.safeParse(frame).data?.op;
  if (op === 'sub' || op === 'error') return readAck(frame);
  if (op === 'close') return NO_EVENTS;
  const notice = noticeSchema.safeParse(frame);
  if (op !== 'notify' || !notice.success) return unknownFrame();
  if (!notice.data.topic.endsWith('.liquidation_orders')) return unknownFrame();
  const rows = createEventRows(ID);
  for (const raw of notice.data.data) {
    const named = nameSchema.safeParse(raw);
    if (!named.success) {
      rows.row(undefined).read('liquidation', nameSchema, raw);
      continue;
    }
    const contract = named.data.contract_code;
    const coin = coinOf(contract, kind);
    if (coin !== undefined) {
      readLiquidation({ contract, coin, kind, now: now(), rows, contractSizeOf }, raw);
    }
  }
  return rows.batch();
}

function readAck(frame: unknown): StreamBatch {
  const code = ackSchema.safeParse(frame).data?.['err-code'];
  if (code === undefined || (code !== 0 && code !== REPEATED)) {
    throw new SourceError('unsupported', `the subscription was refused (${code ?? 'no code'})`);
  }
  return NO_EVENTS;
}

interface Target {
  contract: string;
  coin: CanonicalAsset;
  kind: Kind;
  now: number;
  rows: EventRows;
  contractSizeOf: ContractSizeOf;
}

const coins = z.object({ amount: positiveNumber }).transform(({ amount }) => amount);
const contracts = z.object({ volume: positiveNumber }).transform(({ volume }) => volume);

/** `direction` is the side of the order: what sells closes a long. */
function readLiquidation(target: Target, raw: unknown): void {
  const { coin, contract, contractSizeOf, kind, now, rows } = target;
  const schema = z.object({
    direction: z.enum(['buy', 'sell']),
    price: positiveNumber,
    created_at: epochMs(now),
  });
  const row = rows.row(contract);
  const order = row.read('liquidation', schema, raw);
  const size = row.read('liquidation', kind === 'linear' ? coins : contracts, raw);
  if (order === undefined || size === undefined) return;
  const contractSize = kind === 'linear' ? 1 : contractSizeOf(contract);
  if (contractSize === undefined) {
    row.drop('liquidation', 'contract size unknown');
    return;
  }
  rows.liquidation({
    asset: coin.asset,
    instrument: contract,
    side: order.direction === 'sell' ? 'long' : 'short',
    ...closedSize({
      price: order.price,
      size: size * contractSize,
      in: kind === 'linear' ? 'coin' : 'usd',
      multiplier: coin.multiplier,
    }),
    // The venue does not say whether any are left out.
    completeness: 'lower-bound',
    observedAt: order.created_at,
  });
}
