import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Gap, PositioningObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { gapOf } from '../../kit/gap.ts';
import { coinOf, ID } from './name.ts';

type FigureKey =
  | 'longShortAccountRatio'
  | 'topLongShortAccountRatio'
  | 'topLongShortPositionRatio'
  | 'takerBuySellRatio';

interface Figure {
  /** Absent where nothing was sold. */
  value?: number;
  /** Epoch ms. */
  at: number;
}

interface Statistic {
  key: FigureKey;
  path: string;
  query?: Readonly<Record<string, string>>;
  row: z.ZodType<Figure>;
}

const rowsSchema = z.array(z.unknown());
const PERPETUAL = 'PERPETUAL';
/** 1000 calls / 5 min of their own: the weight keeps the budget under half of it. */
const WEIGHT = 12;

/**
 * Long/short and taker ratios of the last five minutes, four calls an instrument. The long/short
 * ratios are published by pair: its dated contracts are in them. Answers are empty for pairs without
 * statistics: absent keys. A figure that cannot be had is a gap of its instrument, the others stand.
 */
export async function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const batch = await readEachInstrument(ID, 'positioning', instruments, async (ref) => {
    const coin = coinOf(ref.instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const figures: Partial<Record<FigureKey, number>> = {};
    const times: number[] = [];
    for (const statistic of statisticsOf(coin.pair, context.now())) {
      const figure = await readFigure(context, ref.instrument, coin.pair, statistic, gaps);
      if (figure?.value === undefined) continue;
      figures[statistic.key] = figure.value;
      times.push(figure.at);
    }
    if (times.length === 0) return undefined;
    const observation: PositioningObservation = {
      kind: 'positioning',
      source: ID,
      ...ref,
      ...figures,
      observedAt: Math.min(...times),
    };
    return observation;
  });
  return { ...batch, gaps: [...gaps, ...batch.gaps] };
}

/** The newest row's, undefined where there is none. Throws `SourceError` when throttled. */
async function readFigure(
  { http }: FetchContext,
  symbol: string,
  pair: string,
  { path, query = {}, row }: Statistic,
  gaps: Gap[],
): Promise<Figure | undefined> {
  try {
    const asked = { pair, ...query, period: '5m', limit: 1 };
    const answer = await http.getJson(`/futures/data/${path}`, asked, { weight: WEIGHT });
    const newest = decodeShape(rowsSchema, answer, path).at(-1);
    return newest === undefined ? undefined : decodeShape(row, newest, path);
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'rate-limited') throw error;
    gaps.push(gapOf(ID, 'positioning', error, symbol));
    return undefined;
  }
}

function statisticsOf(pair: string, now: number): Statistic[] {
  const named = z.object({ pair: z.literal(pair), timestamp: epochMs(now) });
  const ratio = named.extend({ longShortRatio: positiveNumber }).transform(
    ({ longShortRatio, timestamp }): Figure => ({
      ...{ value: longShortRatio, at: timestamp },
    }),
  );
  const taker = named
    .extend({
      contractType: z.literal(PERPETUAL),
      takerBuyVol: nonNegativeNumber,
      takerSellVol: nonNegativeNumber,
    })
    .transform(
      ({ takerBuyVol, takerSellVol, timestamp }): Figure => ({
        ...(takerSellVol === 0 ? {} : { value: takerBuyVol / takerSellVol }),
        at: timestamp,
      }),
    );
  return [
    { key: 'longShortAccountRatio', path: 'globalLongShortAccountRatio', row: ratio },
    { key: 'topLongShortAccountRatio', path: 'topLongShortAccountRatio', row: ratio },
    { key: 'topLongShortPositionRatio', path: 'topLongShortPositionRatio', row: ratio },
    {
      key: 'takerBuySellRatio',
      path: 'takerBuySellVol',
      query: { contractType: PERPETUAL },
      row: taker,
    },
  ];
}
