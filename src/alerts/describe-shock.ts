import type { SideReading } from '../signals/model/reading.ts';
import type { Field } from './describe-drivers.ts';
import { formatPercent } from './format.ts';

/** `3.1 % (2.2 to 4.7 %)`, with the ends that are out of reach said in words. */
export function criticalShockText(seen: SideReading): string {
  const { criticalShockFraction: point, criticalShockRangeFraction: range } = seen;
  const low = range?.low;
  const high = range?.high;
  if (point === undefined) {
    if (low === undefined) return 'none within reach';
    return `none within reach; at the risky end of the estimate ${formatPercent(low)}`;
  }
  if (low === undefined && high === undefined) return formatPercent(point);
  const from = formatPercent(low ?? point);
  if (high === undefined) return `${formatPercent(point)} (${from} or more)`;
  return `${formatPercent(point)} (${from.replace(' %', '')} to ${formatPercent(high)})`;
}

/** The critical shock and, where there is one at all, what it means. */
export function criticalShockField(seen: SideReading): Field {
  return { name: 'Critical shock', value: criticalShockText(seen) + meaningOf(seen) };
}

/** `; from there forced sales add 1.0 % or more`. */
function meaningOf({ side, criticalShockFraction, kappaFraction }: SideReading): string {
  if (criticalShockFraction === undefined) return '';
  const forced = side === 'down' ? 'sales' : 'buying';
  const verb = side === 'down' ? 'add' : 'adds';
  return `; from there forced ${forced} ${verb} ${formatPercent(kappaFraction)} or more`;
}
