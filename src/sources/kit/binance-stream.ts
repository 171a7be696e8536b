import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { CanonicalAsset } from '../../signals/assets.ts';
import { absentable, epochMs, positiveNumber } from './decode.ts';
import type { ReadContext, StreamBatch } from './stream.ts';
import { closedSize, createEventRows, type EventRows, unknownFrame } from './stream-batch.ts';
import type { RowScope } from './tally.ts';

const LIQUIDATIONS = '!forceOrder@arr';

/** The streams of all symbols: marks once a second, liquidations. */
export const BINANCE_STREAMS = `streams=!markPrice@arr@1s/${LIQUIDATIONS}`;

/** What differs between Binance's two futures venues. */
export interface BinanceVenue {
  source: string;
  /** Undefined for names left out by rule. */
  coinOf(symbol: string): CanonicalAsset | undefined;
  /** `st` of its rows, where rows of both venues come over one stream. */
  symbolType: 1 | 2;
  /** USD in one contract; `coin` where sizes are coins; undefined when not known. */
  contractOf(symbol: string): number | 'coin' | undefined;
}

const frameSchema = z.object({ stream: z.string(), data: z.unknown() });
const errorSchema = z.object({ error: z.object({ code: z.number() }) });
const marksSchema = z.array(z.unknown());
const orderSchema = z.object({ e: z.literal('forceOrder'), o: z.unknown() });
const nameSchema = z.object({
  s: z.string().min(1),
  st: z.literal([1, 2, '1', '2']).optional(),
});

/** One frame of the combined stream. Throws `SourceError` for the venue's error frame. */
export function readBinanceFrame(
  frame: unknown,
  { now }: ReadContext,
  venue: BinanceVenue,
): StreamBatch {
  const refusal = errorSchema.safeParse(frame);
  if (refusal.success) {
    throw new SourceError('unsupported', `stream error ${refusal.data.error.code}`);
  }
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { data, stream } = named.data;
  const rows = createEventRows(venue.source);
  if (stream.startsWith('!markPrice@arr')) {
    const list = marksSchema.safeParse(data);
    if (!list.success) return unknownFrame('marks that are no list');
    for (const raw of list.data) readMark(raw, now(), rows, venue);
  } else if (stream === LIQUIDATIONS) {
    const order = orderSchema.safeParse(data);
    if (!order.success) return unknownFrame('a liquidation without its order');
    readOrder(order.data.o, now(), rows, venue);
  } else return unknownFrame();
  return rows.batch();
}

interface OpenRow {
  instrument: string;
  coin: CanonicalAsset;
  row: RowScope;
}

function openRow(
  raw: unknown,
  kind: 'market' | 'liquidation',
  rows: EventRows,
  venue: BinanceVenue,
): OpenRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    rows.row(undefined).read(kind, nameSchema, raw);
    return undefined;
  }
  const { s: instrument, st } = named.data;
  const coin = venue.coinOf(instrument);
  if (coin === undefined || (st !== undefined && Number(st) !== venue.symbolType)) return undefined;
  return { instrument, coin, row: rows.row(instrument) };
}

function readMark(raw: unknown, now: number, rows: EventRows, venue: BinanceVenue): void {
  const open = openRow(raw, 'market', rows, venue);
  if (open === undefined) return;
  const { coin, instrument, row } = open;
  const schema = z.object({ p: positiveNumber, i: absentable(positiveNumber), E: epochMs(now) });
  const mark = row.read('market', schema, raw);
  if (mark === undefined) return;
  rows.mark({
    asset: coin.asset,
    instrument,
    markPriceUsd: mark.p / coin.multiplier,
    ...(mark.i === undefined ? {} : { indexPriceUsd: mark.i / coin.multiplier }),
    observedAt: mark.E,
  });
}

/** `S` is the side of the order: what sells closes a long. `ap` and `z` are what was filled. */
function readOrder(raw: unknown, now: number, rows: EventRows, venue: BinanceVenue): void {
  const open = openRow(raw, 'liquidation', rows, venue);
  if (open === undefined) return;
  const { coin, instrument, row } = open;
  const schema = z.object({
    S: z.enum(['BUY', 'SELL']),
    ap: positiveNumber,
    z: positiveNumber,
    T: epochMs(now),
  });
  const order = row.read('liquidation', schema, raw);
  if (order === undefined) return;
  const contract = venue.contractOf(instrument);
  if (contract === undefined) {
    row.drop('liquidation', 'contract size unknown');
    return;
  }
  const size = contract === 'coin' ? order.z : order.z * contract;
  const unit = contract === 'coin' ? 'coin' : 'usd';
  rows.liquidation({
    asset: coin.asset,
    instrument,
    side: order.S === 'SELL' ? 'long' : 'short',
    ...closedSize({ price: order.ap, size, in: unit, multiplier: coin.multiplier }),
    completeness: 'lower-bound',
    observedAt: order.T,
  });
}
