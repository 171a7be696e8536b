import type { Side } from '../signals/model/ids.ts';
import type { Reading, SideReading } from '../signals/model/reading.ts';
import type { Incident } from './model.ts';
import type { AlertPolicy } from './policy.ts';
import { marketShockOf } from './sense.ts';

/** Score as messages show it, points 0-100: without what missing data adds. */
export function shownPoint(seen: SideReading): number {
  return Math.min(seen.score.point, seen.scoreFrozen);
}

/**
 * Critical shock as messages show it, a fraction. `unknown`: there is one, and what of it is due to
 * missing data cannot be told; that is neither a change nor a reason to believe it gone.
 */
export function shownShock(reading: Reading, side: Side): number | 'none' | 'unknown' {
  const shock = marketShockOf(reading, side);
  if (shock !== undefined && Number.isFinite(shock)) return shock;
  return reading[side].criticalShockFraction === undefined ? 'none' : 'unknown';
}

/** The incident with these figures remembered as told. */
export function withTold(incident: Incident, reading: Reading, side: Side): Incident {
  const { toldPoint: _point, toldShockFraction: shockBefore, ...rest } = incident;
  const point = shownPoint(reading[side]);
  const shown = shownShock(reading, side);
  const shock = shown === 'unknown' ? shockBefore : shown;
  return {
    ...rest,
    // Stored as JSON, which knows finite numbers only.
    ...(Number.isFinite(point) ? { toldPoint: point } : {}),
    ...(shock === undefined || shock === 'none' ? {} : { toldShockFraction: shock }),
  };
}

/**
 * Do the figures differ from those told by enough to be shown anew? An incident stored before they
 * were remembered counts as moved once.
 */
export function hasMoved(
  told: Pick<Incident, 'toldPoint' | 'toldShockFraction'>,
  reading: Reading,
  side: Side,
  policy: Pick<AlertPolicy, 'updatePoints' | 'updateShockFactor'>,
): boolean {
  const point = shownPoint(reading[side]);
  if (!Number.isFinite(point)) return false;
  if (told.toldPoint === undefined) return true;
  if (Math.abs(point - told.toldPoint) >= policy.updatePoints) return true;
  const shock = shownShock(reading, side);
  const before = told.toldShockFraction;
  if (shock === 'unknown') return false;
  if (shock === 'none' || before === undefined) return shock !== (before ?? 'none');
  const change = Math.abs(shock - before);
  return change > 0 && change >= before * policy.updateShockFactor;
}
