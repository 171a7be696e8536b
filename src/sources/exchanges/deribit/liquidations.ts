import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Gap, LiquidationObservation } from '../../../signals/model/observations.ts';
import { epochMs, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { coinOf, type DeribitCoin, ID } from './name.ts';
import { getPublic } from './rpc.ts';

const AT_ONCE = 2;
const TRADES_PER_CALL = 1000;
/** Newest first: when there are more trades than this since the last look, the oldest are missed. */
const MAX_PAGES = 5;

type Liquidation = Omit<LiquidationObservation, 'completeness'>;

/**
 * Liquidations among the public trades since `from`, by instrument. Every trade says whether one of
 * its sides was being liquidated, so they are all there, unless there were too many trades to read:
 * then they are a lower bound, and a gap says so. The host keeps about a day of trades.
 */
export async function fetchLiquidations(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
  from: number,
): Promise<SourceBatch> {
  const tally = createTally(ID);
  const gaps: Gap[] = [];
  const found = new Map<InstrumentRef, Liquidation[]>();
  const complete = new Set<InstrumentRef>();
  const outcome = await eachLimited(instruments, AT_ONCE, async (ref) => {
    const liquidations: Liquidation[] = [];
    found.set(ref, liquidations);
    if (await readTrades({ context, ref, from, tally, liquidations })) complete.add(ref);
    else gaps.push(tooMany(ref));
  });
  for (const { error, item } of outcome.failures) {
    gaps.push(gapOf(ID, 'liquidation', error, item.instrument));
  }
  for (const item of outcome.notAsked) {
    const gap = gapOf(ID, 'liquidation', outcome.stoppedBy, item.instrument);
    gaps.push({ ...gap, detail: `not asked: ${gap.detail}` });
  }
  const observations = instruments.flatMap((ref) => {
    const completeness = complete.has(ref) ? 'all' : 'lower-bound';
    return (found.get(ref) ?? []).map((one): LiquidationObservation => ({ ...one, completeness }));
  });
  return tally.batch(observations, gaps);
}

function tooMany({ instrument }: InstrumentRef): Gap {
  const detail = `${instrument}: only the newest ${MAX_PAGES * TRADES_PER_CALL} trades were read`;
  return {
    ...{ kind: 'gap', source: ID, wanted: 'liquidation', reason: 'rate-limited', detail },
    instrument,
  };
}

interface Job {
  context: FetchContext;
  ref: InstrumentRef;
  from: number;
  tally: RowTally;
  /** Filled while reading, newest first: what was read stays when a later page fails. */
  liquidations: Liquidation[];
}

const pageSchema = z
  .object({ trades: z.array(z.unknown()), has_more: z.boolean() })
  .refine(
    ({ has_more, trades }) => !has_more || trades.length >= TRADES_PER_CALL,
    'says there is more after a page that is not full',
  );

/** False when trades since `from` were left unread. */
async function readTrades(job: Job): Promise<boolean> {
  const { context, from, ref } = job;
  const coin = coinOf(ref.instrument);
  if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const seen = new Set<unknown>();
  let until = context.now();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = {
      instrument_name: ref.instrument,
      start_timestamp: from,
      end_timestamp: until,
      count: TRADES_PER_CALL,
      sorting: 'desc',
    };
    const method = 'get_last_trades_by_instrument_and_time';
    const { has_more: hasMore, trades } = await getPublic(context, method, query, pageSchema);
    let oldest = until;
    for (const raw of trades) {
      const trade = headOf(raw, context.now());
      oldest = Math.min(oldest, trade.timestamp ?? oldest);
      if (trade.flagged && !seen.has(trade.id)) readLiquidation(job, coin, raw);
      seen.add(trade.id);
    }
    if (!hasMore) return true;
    if (oldest === until) return false;
    // Trades of that very millisecond come again, and are known by their ids.
    until = oldest;
  }
  return false;
}

const headSchema = z.object({
  trade_id: z.unknown().optional(),
  liquidation: z.unknown().optional(),
});

/** What paging needs of a trade; ordinary trades are looked at no further. */
function headOf(raw: unknown, now: number) {
  const head = headSchema.safeParse(raw).data;
  const stamp = z.object({ timestamp: epochMs(now) }).safeParse(raw).data;
  const flag = head === undefined ? 'unreadable' : head.liquidation;
  return {
    id: head?.trade_id ?? raw,
    timestamp: stamp?.timestamp,
    flagged: flag !== undefined && flag !== null && flag !== '',
  };
}

function readLiquidation(job: Job, coin: DeribitCoin, raw: unknown): void {
  const { context, liquidations, ref, tally } = job;
  const schema = z.object({
    instrument_name: z.literal(ref.instrument),
    timestamp: epochMs(context.now()),
    price: positiveNumber,
    amount: positiveNumber,
    direction: z.enum(['buy', 'sell']),
    liquidation: z.enum(['M', 'T', 'MT']),
  });
  const trade = tally.row(ref.instrument).read('liquidation', schema, raw);
  if (trade === undefined) return;
  const { amount, price } = trade;
  const units = coin.inverse ? amount / price : amount;
  for (const side of closedSides(trade.liquidation, trade.direction)) {
    liquidations.push({
      kind: 'liquidation',
      source: ID,
      asset: ref.asset,
      instrument: ref.instrument,
      side,
      sizeBase: units * coin.multiplier,
      priceUsd: price / coin.multiplier,
      sizeUsd: coin.inverse ? amount : amount * price,
      observedAt: trade.timestamp,
    });
  }
}

/**
 * `direction` is what the taker did; `flag` says who was being liquidated: the taker (T), the maker
 * (M), who did the opposite, or both. Who is liquidated by selling was long.
 */
function closedSides(
  flag: 'M' | 'T' | 'MT',
  direction: 'buy' | 'sell',
): LiquidationObservation['side'][] {
  const ofTaker = direction === 'sell' ? 'long' : 'short';
  const ofMaker = direction === 'sell' ? 'short' : 'long';
  if (flag === 'MT') return [ofTaker, ofMaker];
  return [flag === 'T' ? ofTaker : ofMaker];
}
