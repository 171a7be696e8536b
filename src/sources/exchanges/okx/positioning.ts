import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Gap, PositioningObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { gapOf } from '../../kit/gap.ts';
import { getData } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const PERIOD = '5m';
const PERIOD_MS = 300_000;
/** 5 calls in 2 s and instrument, half of what the rest allows. */
const WEIGHT = 2;

type FigureKey =
  | 'longShortAccountRatio'
  | 'topLongShortAccountRatio'
  | 'topLongShortPositionRatio'
  | 'takerBuySellRatio';

interface Figure {
  value: number;
  /** Epoch ms. */
  at: number;
}

interface Statistic {
  key: FigureKey;
  endpoint: string;
  /** The figure of one row; undefined where the row says nothing yet. */
  row: (now: number) => z.ZodType<Figure | undefined>;
}

/** `[ts, ratio]`. */
const ratioRow = (now: number) =>
  z
    .tuple([epochMs(now), positiveNumber])
    .rest(z.unknown())
    .transform(([at, value]): Figure => ({ at, value }));

/** `[ts, sold, bought]`, sold first. `ts` opens the period, and the newest one still runs. */
const takerRow = (now: number) =>
  z
    .tuple([epochMs(now), nonNegativeNumber, nonNegativeNumber])
    .rest(z.unknown())
    .transform(([startAt, sold, bought]): Figure | undefined => {
      const at = startAt + PERIOD_MS;
      return at > now || sold === 0 ? undefined : { at, value: bought / sold };
    });

const RATIOS = 'rubik/stat/contracts/long-short';
const STATISTICS: readonly Statistic[] = [
  {
    key: 'longShortAccountRatio',
    endpoint: `${RATIOS}-account-ratio-contract`,
    row: ratioRow,
  },
  {
    key: 'topLongShortAccountRatio',
    endpoint: `${RATIOS}-account-ratio-contract-top-trader`,
    row: ratioRow,
  },
  {
    key: 'topLongShortPositionRatio',
    endpoint: `${RATIOS}-position-ratio-contract-top-trader`,
    row: ratioRow,
  },
  { key: 'takerBuySellRatio', endpoint: 'rubik/stat/taker-volume-contract', row: takerRow },
];

/**
 * Long/short and taker ratios of the last five minutes, four calls an instrument. A figure that
 * cannot be had is a gap of its instrument, the others stand; statistics the venue does not keep of
 * a market are absent keys.
 */
export async function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const batch = await readEachInstrument(ID, 'positioning', instruments, async (ref) => {
    if (coinOf(ref.instrument) === undefined) {
      throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    }
    const figures: Partial<Record<FigureKey, number>> = {};
    const times: number[] = [];
    for (const statistic of STATISTICS) {
      const figure = await readFigure(context, ref.instrument, statistic, gaps);
      if (figure === undefined) continue;
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

/** The newest figure, undefined where there is none. Throws `SourceError` when throttled. */
async function readFigure(
  context: FetchContext,
  instId: string,
  { endpoint, row }: Statistic,
  gaps: Gap[],
): Promise<Figure | undefined> {
  try {
    const query = { instId, period: PERIOD, limit: 2 };
    const rows = await getData(context, endpoint, query, WEIGHT);
    const figures = decodeShape(z.array(row(context.now())), rows, endpoint);
    const known = figures.filter((figure) => figure !== undefined);
    return known.toSorted((a, b) => b.at - a.at)[0];
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'rate-limited') throw error;
    gaps.push(gapOf(ID, 'positioning', error, instId));
    return undefined;
  }
}
