import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Gap, PositioningObservation } from '../../../signals/model/observations.ts';
import {
  absentable,
  decodeShape,
  epochMs,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { gapOf } from '../../kit/gap.ts';
import { coinOf, ID } from './name.ts';

type FigureKey = Exclude<
  keyof PositioningObservation,
  'kind' | keyof InstrumentRef | 'source' | 'observedAt'
>;

interface Endpoint {
  path: string;
  key: FigureKey;
  /** Of a row; the value is absent where the venue gives 0 for "not known". */
  schema: z.ZodType<{ value?: number | undefined; timestamp: number }>;
}

const rowsSchema = z.array(z.unknown());
const PERIOD = '5m';
/** 1000 calls / 5 min of their own: the weight keeps the budget under half of it. */
const WEIGHT = 12;

/**
 * Long/short and taker ratios of the last five minutes, and the circulating supply Binance passes on:
 * five calls an instrument. Answers are empty for contracts it keeps no statistics of: absent keys.
 * A figure that cannot be had is a gap of its instrument, the others stand.
 */
export async function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const batch = await readEachInstrument(ID, 'positioning', instruments, async (instrument) => {
    const coin = coinOf(instrument.instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const figures: Partial<Record<FigureKey, number>> = {};
    const times: number[] = [];
    for (const endpoint of endpointsOf(instrument.instrument, coin.multiplier, context.now())) {
      const read = await readFigure(context, instrument.instrument, endpoint, gaps);
      if (read?.value === undefined) continue;
      figures[endpoint.key] = read.value;
      times.push(read.timestamp);
    }
    if (times.length === 0) return undefined;
    const observation: PositioningObservation = {
      kind: 'positioning',
      source: ID,
      ...instrument,
      ...figures,
      observedAt: Math.min(...times),
    };
    return observation;
  });
  return { ...batch, gaps: [...gaps, ...batch.gaps] };
}

/** The newest row, undefined where there is none. Throws `SourceError` when throttled. */
async function readFigure(
  { http }: FetchContext,
  symbol: string,
  { path, schema }: Endpoint,
  gaps: Gap[],
): Promise<{ value?: number | undefined; timestamp: number } | undefined> {
  try {
    const query = { symbol, period: PERIOD, limit: 1 };
    const answer = await http.getJson(`/futures/data/${path}`, query, { weight: WEIGHT });
    const newest = decodeShape(rowsSchema, answer, path).at(-1);
    return newest === undefined ? undefined : decodeShape(schema, newest, path);
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'rate-limited') throw error;
    gaps.push(gapOf(ID, 'positioning', error, symbol));
    return undefined;
  }
}

function endpointsOf(symbol: string, multiplier: number, now: number): Endpoint[] {
  const row = z.object({ symbol: z.literal(symbol), timestamp: epochMs(now) });
  const ratio = row
    .extend({ longShortRatio: positiveNumber })
    .transform(({ longShortRatio, timestamp }) => ({ value: longShortRatio, timestamp }));
  // The only one whose rows do not name the contract.
  const taker = z
    .object({ buySellRatio: nonNegativeNumber, timestamp: epochMs(now) })
    .transform(({ buySellRatio, timestamp }) => ({ value: buySellRatio, timestamp }));
  const supply = row
    .extend({ CMCCirculatingSupply: absentable(nonNegativeNumber) })
    .transform(({ CMCCirculatingSupply, timestamp }) => ({
      ...{ value: CMCCirculatingSupply === 0 ? undefined : CMCCirculatingSupply, timestamp },
    }));
  return [
    { path: 'globalLongShortAccountRatio', key: 'longShortAccountRatio', schema: ratio },
    { path: 'topLongShortAccountRatio', key: 'topLongShortAccountRatio', schema: ratio },
    { path: 'topLongShortPositionRatio', key: 'topLongShortPositionRatio', schema: ratio },
    { path: 'takerlongshortRatio', key: 'takerBuySellRatio', schema: taker },
    // Whether the supply of `1000PEPE` is in coins or in thousands of them is not documented.
    ...(multiplier === 1
      ? [{ path: 'openInterestHist', key: 'circulatingSupplyBase', schema: supply } as const]
      : []),
  ];
}
