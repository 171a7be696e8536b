import type { Driver, Interval, SideReading } from '../signals/model/reading.ts';
import { formatPoints } from './format.ts';
import type { Block } from './message-doc.ts';

/** Drivers an alert has room for. */
const ALERT_DRIVERS = 2;

/** What an alert says in a line of its own already. */
const TOLD_APART = 'critical-shock';

/** `63/100 (61 to 65)`: a part of the score with its range. */
export function partText({ low, point, high }: Interval): string {
  return `${formatPoints(point)}/100 (${formatPoints(low)} to ${formatPoints(high)})`;
}

/** The two parts of the score apart, without what drives them. */
export function partFields({ likelihood, fragility }: SideReading): Field[] {
  return [
    { name: 'Likelihood of a large move', value: partText(likelihood.score) },
    { name: 'Fragility', value: partText(fragility.score) },
  ];
}

/** The two parts of one of several sides, each with all that drives it, one driver a line. */
export function drivenFields({ side, likelihood, fragility }: SideReading): Field[] {
  const field = (name: string, score: Interval, drivers: readonly Driver[]): Field => {
    const reasons = drivers.length === 0 ? ['nothing stands out'] : drivers.map(driverLine);
    return { name: `${name}, ${side}`, value: [partText(score), ...reasons].join('\n') };
  };
  return [
    field('Likelihood of a large move', likelihood.score, likelihood.drivers),
    field('Fragility', fragility.score, fragility.drivers),
  ];
}

/** What raises the score most, whichever part it belongs to; no block when nothing does. */
export function strongestDrivers({ likelihood, fragility }: SideReading): Block[] {
  const items = [...likelihood.drivers, ...fragility.drivers]
    .filter(({ id, points }) => id !== TOLD_APART && Math.round(points) > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, ALERT_DRIVERS)
    .map(driverLine);
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

export type Field = { name: string; value: string };

/** `+17 7-day funding: 22 % a year`. */
function driverLine({ name, value, points }: Driver): string {
  const size = formatPoints(Math.abs(points));
  const sign = size === '0' ? '' : points < 0 ? '-' : '+';
  return `${sign}${size} ${name}: ${value}`;
}
