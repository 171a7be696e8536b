import { PALETTE } from './palette.ts';

const DAY_MS = 86_400_000;
/** Longer than so many usual steps is a break. */
const MOST_STEPS = 3;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A time axis in UTC on a value axis, so that the picture is the same in every time zone. */
export function dayAxis(from: number, to: number, gridIndex: number, everyDays: number) {
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  const days: number[] = [];
  for (let at = first; at <= to; at += everyDays * DAY_MS) days.push(at);
  return {
    type: 'value' as const,
    gridIndex,
    min: from,
    max: to,
    axisLabel: {
      customValues: days,
      color: PALETTE.text,
      fontSize: 15,
      hideOverlap: true,
      formatter: formatDay,
    },
    axisLine: { onZero: false, lineStyle: { color: PALETTE.axis } },
    axisTick: { customValues: days, lineStyle: { color: PALETTE.axis } },
    splitLine: { show: false },
  };
}

/**
 * Points of a line, `[at, value]`, with a break where much more time passes than between the others:
 * a straight line there would be a guess.
 */
export function withGaps(points: readonly [number, number][]): [number, number | null][] {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return points.flatMap(([at, value], index): [number, number | null][] => {
    const before = points[index - 1]?.[0] ?? at;
    const isBreak = at - before > MOST_STEPS * usual;
    return isBreak
      ? [
          [before + usual, null],
          [at, value],
        ]
      : [[at, value]];
  });
}

/** `3 Dec`, in UTC. */
function formatDay(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}
