import type { LadderFigure } from '../alerts/message-doc.ts';
import { fractionOf } from '../signals/cascade/distance.ts';

type FigureSide = LadderFigure['sides'][number];

/** Forced trading whose trigger lies between two distances from the present price. */
export interface LadderBar {
  /** Size of the move, as a fraction of the price; never negative, whichever the side. */
  fromFraction: number;
  toFraction: number;
  exactUsd: number;
  estimatedUsd: number;
  /** Everything up to `toFraction`. */
  cumulativeUsd: number;
}

export interface LadderScale {
  /** Width of a bar; the same on both sides. */
  stepFraction: number;
  /** The farthest move shown; a whole number of steps. */
  reachFraction: number;
}

/** Bar widths people can read off an axis. */
const STEPS = [0.001, 0.002, 0.0025, 0.005, 0.01, 0.02, 0.025, 0.05];
/** Share of all forced trading within this distance decides how far out is worth showing. */
const SHOWN_SHARE = 0.95;
const LEAST_REACH_FRACTION = 0.03;
const MOST_REACH_FRACTION = 0.4;

/**
 * Chooses how far out to show and how wide bars are, so that each side gets at most `mostBars`:
 * far enough for nearly all forced trading and for every mark (critical shock, shock, its end).
 */
export function ladderScale(figure: LadderFigure, mostBars: number): LadderScale {
  const marks = figure.sides.flatMap((side) => [
    (side.criticalShockFraction ?? 0) * 1.25,
    (side.shock?.shockFraction ?? 0) * 1.25,
    (side.shock?.endFraction ?? 0) * 1.1,
  ]);
  const wanted = Math.max(LEAST_REACH_FRACTION, ...figure.sides.map(shownReach), ...marks);
  const reach = Math.min(MOST_REACH_FRACTION, wanted);
  const step = STEPS.find((width) => reach / width <= mostBars) ?? MOST_REACH_FRACTION / mostBars;
  return { stepFraction: step, reachFraction: Math.ceil(reach / step - 1e-9) * step };
}

function shownReach(side: FigureSide): number {
  const { distances, exactUsd, estimatedUsd } = side.profile;
  const usdAt = (index: number) => (exactUsd[index] ?? 0) + (estimatedUsd[index] ?? 0);
  const totalUsd = distances.reduce((sum, _, index) => sum + usdAt(index), 0);
  let passedUsd = 0;
  for (const [index, distance] of distances.entries()) {
    passedUsd += usdAt(index);
    if (passedUsd >= totalUsd * SHOWN_SHARE) return fractionOf(distance, side.side);
  }
  return 0;
}

/** Gathers a side's profile into bars of the scale, nearest first; what lies beyond is left out. */
export function ladderBars(side: FigureSide, scale: LadderScale): LadderBar[] {
  const count = Math.round(scale.reachFraction / scale.stepFraction);
  const bars = Array.from({ length: count }, (_, index) => ({
    fromFraction: index * scale.stepFraction,
    toFraction: (index + 1) * scale.stepFraction,
    exactUsd: 0,
    estimatedUsd: 0,
    cumulativeUsd: 0,
  }));
  for (const [index, distance] of side.profile.distances.entries()) {
    const bar = bars[Math.floor(fractionOf(distance, side.side) / scale.stepFraction + 1e-9)];
    if (bar === undefined) continue;
    bar.exactUsd += side.profile.exactUsd[index] ?? 0;
    bar.estimatedUsd += side.profile.estimatedUsd[index] ?? 0;
  }
  let cumulativeUsd = 0;
  for (const bar of bars) {
    cumulativeUsd += bar.exactUsd + bar.estimatedUsd;
    bar.cumulativeUsd = cumulativeUsd;
  }
  return bars;
}
