import { delta, type OptionType } from './black-76.ts';
import { black76InputsOf, type OpenOption } from './open-option.ts';

/** Implied volatilities of one expiry, annual fractions; what its strikes do not reach is absent. */
export interface Smile {
  /** Time to expiry in years of 365 days. */
  years: number;
  /** At a strike equal to the forward. */
  atm?: number;
  /** Of the put with a delta of -0.25. */
  put25?: number;
  /** Of the call with a delta of 0.25. */
  call25?: number;
}

const WING_DELTA = 0.25;

/** The smile of options of one expiry that lies after `now`; at least one option. */
export function smileOf(options: readonly OpenOption[], now: number): Smile {
  const [first] = options;
  if (first === undefined) throw new RangeError('a smile needs an option');
  const atm = volatilityAt(options.map(byMoneyness), 0);
  const put25 = volatilityAt(byDelta(options, 'put', now), -WING_DELTA);
  const call25 = volatilityAt(byDelta(options, 'call', now), WING_DELTA);
  return {
    years: black76InputsOf(first, now).years,
    ...(atm === undefined ? {} : { atm }),
    ...(put25 === undefined ? {} : { put25 }),
    ...(call25 === undefined ? {} : { call25 }),
  };
}

type Point = readonly [x: number, volatility: number];

function byMoneyness(option: OpenOption): Point {
  return [Math.log(option.strikeUsd / option.forwardUsd), option.volatilityFraction];
}

function byDelta(options: readonly OpenOption[], type: OptionType, now: number): Point[] {
  return options
    .filter((option) => option.type === type)
    .map((option) => [delta(type, black76InputsOf(option, now)), option.volatilityFraction]);
}

/**
 * Volatility at `x` on the straight line between the points next to it; points at one `x` (a call
 * and a put of one strike) count as their mean. Undefined outside of the points: a wing is not
 * made up.
 */
function volatilityAt(points: readonly Point[], x: number): number | undefined {
  const below = nearest(points.filter(([at]) => at <= x).map(([at, v]): Point => [x - at, v]));
  const above = nearest(points.filter(([at]) => at >= x).map(([at, v]): Point => [at - x, v]));
  if (below === undefined || above === undefined) return undefined;
  const [toBelow, lower] = below;
  const [toAbove, upper] = above;
  if (toBelow + toAbove === 0) return (lower + upper) / 2;
  return (lower * toAbove + upper * toBelow) / (toBelow + toAbove);
}

/** The least distance and the mean volatility there. */
function nearest(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined;
  const distance = points.reduce((least, [at]) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const there = points.filter(([at]) => at === distance);
  return [distance, there.reduce((sum, [, volatility]) => sum + volatility, 0) / there.length];
}
