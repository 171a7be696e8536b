import { z } from 'zod';
import type { Gap, LiquidationObservation } from '../../../signals/model/observations.ts';
import { positiveNumber, toFiniteNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { gapOf, partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { type ContractSize, readContract } from './contracts.ts';
import { coinOf, ID, SETTLES, type Settle } from './name.ts';
import { getFutures, rowsSchema } from './rest.ts';
import { secondsTime } from './seconds.ts';

const LONGEST_WINDOW_SECONDS = 3600;
const SHORTEST_WINDOW_SECONDS = 60;
const ROWS_PER_CALL = 1000;
/** Of one settlement coin: what a fall asks for beyond these is a gap. */
const MOST_CALLS = 12;

interface Wanted {
  ref: InstrumentRef;
  size: ContractSize;
}

/**
 * Forced closings since `from`, those of all contracts in one call: the venue gives an hour a call,
 * and at most 1000 rows, so that a full answer is asked for again in halves. What lies beyond the
 * calls of one run is a gap, and makes a lower bound of the rest.
 */
export async function fetchLiquidations(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
  from: number,
): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const wanted = new Map<string, Wanted>();
  for (const ref of instruments) {
    try {
      wanted.set(ref.instrument, { ref, size: (await readContract(context, ref.instrument)).size });
    } catch (error) {
      gaps.push(gapOf(ID, 'liquidation', error, ref.instrument));
    }
  }
  const settles = SETTLES.filter((settle) =>
    [...wanted.keys()].some((name) => coinOf(name)?.settle === settle),
  );
  const found: LiquidationObservation[] = [];
  for (const settle of settles) {
    const part = await partOrGaps(ID, ['liquidation'], gaps, () =>
      readSettle(context, settle, wanted, { tally, gaps, from }),
    );
    found.push(...(part ?? []));
  }
  return tally.batch(found, gaps);
}

interface Run {
  tally: RowTally;
  gaps: Gap[];
  from: number;
}

async function readSettle(
  context: FetchContext,
  settle: Settle,
  wanted: ReadonlyMap<string, Wanted>,
  { from, gaps, tally }: Run,
): Promise<LiquidationObservation[]> {
  const { complete, rows } = await readRows(context, settle, from);
  if (!complete) {
    const detail = `${settle}: more liquidations than one run may ask for`;
    gaps.push({ kind: 'gap', source: ID, wanted: 'liquidation', reason: 'rate-limited', detail });
  }
  const schema = orderSchema(context.now());
  return rows.flatMap((raw): LiquidationObservation[] => {
    const named = nameSchema.safeParse(raw);
    const market = named.success ? wanted.get(named.data.contract) : undefined;
    if (named.success && market === undefined) return [];
    const row = tally.row(named.data?.contract);
    const contract = row.read('liquidation', nameSchema, raw)?.contract;
    if (contract === undefined || market === undefined) return [];
    const order = row.read('liquidation', schema, raw);
    if (order === undefined || order.time < from || order.closed === 0) return [];
    return [
      {
        kind: 'liquidation',
        source: ID,
        ...market.ref,
        side: order.side,
        sizeBase: market.size.toCoins(order.closed, order.price),
        priceUsd: order.price,
        sizeUsd: market.size.toUsd(order.closed, order.price),
        completeness: complete ? 'all' : 'lower-bound',
        observedAt: order.time,
      },
    ];
  });
}

/** Newest windows first, so that they are had when not all can be. */
async function readRows(
  context: FetchContext,
  settle: Settle,
  from: number,
): Promise<{ rows: unknown[]; complete: boolean }> {
  const end = Math.ceil(context.now() / 1000);
  const start = Math.floor(from / 1000);
  const rows: unknown[] = [];
  const open: { from: number; to: number }[] = [];
  for (let at = end; at >= start; at -= LONGEST_WINDOW_SECONDS) {
    // The newest is taken from the end of the list.
    open.unshift({ from: Math.max(start, at - LONGEST_WINDOW_SECONDS + 1), to: at });
    if (open.length > MOST_CALLS) break;
  }
  let complete = true;
  for (let call = 0; call < MOST_CALLS; call += 1) {
    const window = open.pop();
    if (window === undefined) break;
    const query = { from: window.from, to: window.to, limit: ROWS_PER_CALL };
    const page = await getFutures(context, settle, 'liq_orders', query, rowsSchema);
    const middle = Math.floor((window.from + window.to) / 2);
    if (page.length < ROWS_PER_CALL) rows.push(...page);
    else if (window.to - window.from > SHORTEST_WINDOW_SECONDS) {
      open.push({ from: window.from, to: middle }, { from: middle + 1, to: window.to });
    } else {
      rows.push(...page);
      complete = false;
    }
  }
  return { rows, complete: complete && open.length === 0 };
}

const nameSchema = z.object({ contract: z.string().min(1) });

const signed = z
  .union([z.string(), z.number()], { error: 'is not a size' })
  .transform((input, context) => {
    const value = toFiniteNumber(input);
    if (value !== undefined && Math.abs(value) <= 1e15) return value;
    context.addIssue({ code: 'custom', message: 'is not a size' });
    return z.NEVER;
  });

/**
 * `size` is the position's: above 0 a long was closed. `order_size` is what was to be closed of it, with
 * the sign of the order, and `left` what of that was not filled.
 */
function orderSchema(now: number) {
  return z
    .object({
      size: signed,
      order_size: signed,
      left: signed,
      fill_price: positiveNumber,
      time: secondsTime(now),
    })
    .refine(
      ({ left, order_size, size }) =>
        size * order_size < 0 && Math.abs(left) <= Math.abs(order_size),
      'contradicts itself',
    )
    .transform(({ fill_price, left, order_size, size, time }) => ({
      side: size > 0 ? ('long' as const) : ('short' as const),
      closed: Math.abs(order_size) - Math.abs(left),
      price: fill_price,
      time,
    }));
}
