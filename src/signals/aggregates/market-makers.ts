import type { AssetMinute } from '../model/history.ts';
import type { InstrumentView } from '../observe/asset-view.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { AGGREGATES } from './settings.ts';
import { weightedStats } from './weighted.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEPTH_DISTANCE = 0.01;

/** Are those who quote still there? Against the last 48 hours: minutes are kept no longer. */
export interface MarketMakers {
  bids?: RestingOrders;
  asks?: RestingOrders;
  spread?: { fraction: number; past: PastScore };
}

export interface RestingOrders {
  /** Within 1 % of mid, fresh books only. */
  usd: number;
  /** Of the natural logarithm; its median in USD. */
  past: PastScore;
}

/** `minutes`: of the last days, any order; those from the running minute on are left out. */
export function marketMakers(
  instruments: readonly InstrumentView[],
  minutes: readonly AssetMinute[],
  now: number,
): MarketMakers {
  const from = now - AGGREGATES.bookWindowHours * HOUR_MS;
  const every = AGGREGATES.sampleEveryMinutes * MINUTE_MS;
  const running = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const samples = minutes.filter(({ at }) => {
    return at >= from && at < running && Math.floor(at / MINUTE_MS) % (every / MINUTE_MS) === 0;
  });
  const bids = depthWithin(instruments, 'bidUsd');
  const asks = depthWithin(instruments, 'askUsd');
  const fraction = meanSpread(instruments);
  return {
    ...(bids === undefined
      ? {}
      : {
          bids: resting(
            bids,
            samples.flatMap((minute) => minute.bidDepth1pctUsd ?? []),
          ),
        }),
    ...(asks === undefined
      ? {}
      : {
          asks: resting(
            asks,
            samples.flatMap((minute) => minute.askDepth1pctUsd ?? []),
          ),
        }),
    ...(fraction === undefined
      ? {}
      : {
          spread: {
            fraction,
            past: ofLogs(
              fraction,
              samples.flatMap((minute) => minute.spreadFraction ?? []),
            ),
          },
        }),
  };
}

/** USD resting within 1 % of mid on one side in one market's book; undefined when it ends nearer. */
export function restingUsd(
  { book }: InstrumentView,
  side: 'bidUsd' | 'askUsd',
): number | undefined {
  return book?.levels.find((level) => level.distanceFraction === DEPTH_DISTANCE)?.[side];
}

/** Mean spread of the fresh books weighted by open interest; undefined when none tells it. */
export function meanSpread(instruments: readonly InstrumentView[]): number | undefined {
  const known = instruments.flatMap(({ book, openInterest }) =>
    book?.fresh === true && book.spreadFraction !== undefined
      ? [{ value: book.spreadFraction, weight: openInterest?.openInterestBase ?? 0 }]
      : [],
  );
  return weightedStats(known)?.mean;
}

function depthWithin(
  instruments: readonly InstrumentView[],
  side: 'bidUsd' | 'askUsd',
): number | undefined {
  const known = instruments.flatMap((instrument) =>
    instrument.book?.fresh === true ? (restingUsd(instrument, side) ?? []) : [],
  );
  return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0);
}

function resting(usd: number, past: readonly number[]): RestingOrders {
  return { usd, past: ofLogs(usd, past) };
}

/** An empty book is as thin as it gets: the logarithm is taken of at least a dollar's trace. */
function ofLogs(value: number, past: readonly number[]): PastScore {
  const log = (figure: number) => Math.log(Math.max(figure, 1e-9));
  const { median, ...rest } = pastScore(log(value), past.map(log), {
    minSamples: AGGREGATES.minBookSamples,
    minScale: AGGREGATES.minScale.log,
  });
  return median === undefined ? rest : { ...rest, median: Math.exp(median) };
}
