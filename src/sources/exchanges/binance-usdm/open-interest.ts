import { z } from 'zod';
import type { AssetId } from '../../../signals/model/ids.ts';
import type { Gap, OpenInterestObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import { type LastAsked, planInterest } from './interest-plan.ts';
import { ID } from './name.ts';

export interface LiveInstrument {
  symbol: string;
  asset: AssetId;
  /** Coins in one venue unit (1000 for `1000PEPEUSDT`). */
  multiplier: number;
  /** USD per venue unit. */
  markPrice: number;
  /** 0 when unknown. */
  volume24hUsd: number;
}

/** What earlier cycles of one connection brought. */
interface Memory {
  cycle: number;
  asked: Map<string, LastAsked>;
  found: Map<string, OpenInterestObservation>;
}

const CALLS_AT_ONCE = 8;
const memories = new WeakMap<SourceHttp, Memory>();

/**
 * Open interest, one call an instrument: Binance has no bulk call, and one for each of about 800 a
 * minute would take all of the budget. `interest-plan.ts` says whose turn it is; of the others the
 * last observation is given again with its own time. A failing instrument is a gap in `gaps`, and so
 * is what the first cycles after a start have not come to yet.
 */
export async function readOpenInterest(
  context: FetchContext,
  instruments: readonly LiveInstrument[],
  gaps: Gap[],
): Promise<OpenInterestObservation[]> {
  const memory = memoryOf(context.http, instruments);
  const sizeOf = ({ symbol, volume24hUsd }: LiveInstrument) =>
    memory.found.get(symbol)?.openInterestUsd ?? volume24hUsd;
  const live = instruments
    .map((instrument) => ({ ...instrument, sizeUsd: sizeOf(instrument) }))
    .sort((a, b) => b.sizeUsd - a.sizeUsd);
  const bySymbol = new Map(live.map((one) => [one.symbol, one]));
  memory.cycle += 1;
  const planned = planInterest(live, memory.asked, memory.cycle).flatMap(
    (symbol) => bySymbol.get(symbol) ?? [],
  );
  const outcome = await eachLimited(planned, CALLS_AT_ONCE, async (instrument) => {
    const { markPrice, symbol, volume24hUsd } = instrument;
    memory.asked.set(symbol, { cycle: memory.cycle, markPrice, volume24hUsd });
    memory.found.set(symbol, await ask(context, instrument));
  });

  gaps.push(
    ...outcome.failures.map(({ error, item }) => gapOf(ID, 'open-interest', error, item.symbol)),
  );
  if (outcome.notAsked.length > 0 && outcome.stoppedBy !== undefined) {
    const gap = gapOf(ID, 'open-interest', outcome.stoppedBy);
    const detail = `${outcome.notAsked.length} smaller instruments not asked: ${gap.detail}`;
    gaps.push({ ...gap, detail });
  } else {
    const waiting = live.filter(({ symbol }) => !memory.asked.has(symbol)).length;
    const detail = `${waiting} smaller instruments are read in the next minutes`;
    if (waiting > 0) {
      gaps.push({
        kind: 'gap',
        source: ID,
        wanted: 'open-interest',
        reason: 'rate-limited',
        detail,
      });
    }
  }
  return live.flatMap(({ symbol }) => memory.found.get(symbol) ?? []);
}

/** Forgets instruments that are no longer live. */
function memoryOf(http: SourceHttp, instruments: readonly LiveInstrument[]): Memory {
  const known = memories.get(http) ?? { cycle: 0, asked: new Map(), found: new Map() };
  memories.set(http, known);
  const live = new Set(instruments.map(({ symbol }) => symbol));
  for (const symbol of known.asked.keys()) {
    if (live.has(symbol)) continue;
    known.asked.delete(symbol);
    known.found.delete(symbol);
  }
  return known;
}

async function ask(
  { http, now }: FetchContext,
  { asset, markPrice, multiplier, symbol }: LiveInstrument,
): Promise<OpenInterestObservation> {
  const answer = await http.getJson('/fapi/v1/openInterest', { symbol }, { weight: 1 });
  const schema = z.object({
    symbol: z.literal(symbol),
    openInterest: nonNegativeNumber,
    time: epochMs(now()),
  });
  const { openInterest, time } = decodeShape(schema, answer, `openInterest ${symbol}`);
  return {
    kind: 'open-interest',
    source: ID,
    asset,
    instrument: symbol,
    openInterestBase: openInterest * multiplier,
    openInterestUsd: openInterest * markPrice,
    counting: 'as published, taken as one-sided',
    observedAt: time,
  };
}
