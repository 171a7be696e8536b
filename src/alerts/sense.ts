import { type Level, levelRank, type Side } from '../signals/model/ids.ts';
import type { Reading, SideReading } from '../signals/model/reading.ts';
import type { AlertRule, Incident } from './model.ts';
import type { AlertPolicy } from './policy.ts';

/**
 * A score that differs from its frozen twin by less than this was not moved by missing data,
 * points. Only used for the critical shock where the reading has no frozen one.
 */
const MISSING_DATA_SLACK_POINTS = 1;

/**
 * What a rule sees in a reading. "Market" figures are what fresh or last-seen inputs account for;
 * what only the caution about missing inputs adds is kept apart and never raises anything.
 */
export interface Sense {
  /** The rule's condition holds on market figures. */
  fires: boolean;
  /** It holds only with what missing data adds. */
  firesOnMissingData: boolean;
  /** Level on market figures, within the asset's cap. */
  level: Level;
  /** Critical shock on market figures, a fraction; absent: none within reach. */
  shockFraction?: number;
}

export function senseOf(rule: AlertRule, reading: Reading, side: Side): Sense {
  const seen = reading[side];
  const apparent = lower(seen.level, reading.levelCap);
  const level = lower(apparent, seen.levelFrozen);
  const shockFraction = marketShockOf(reading, side);
  const [fires, apparently] =
    rule.kind === 'level'
      ? [atLeast(level, rule.level), atLeast(apparent, rule.level)]
      : [isBelow(shockFraction, rule.fraction), isBelow(seen.criticalShockFraction, rule.fraction)];
  return {
    fires,
    firesOnMissingData: !fires && apparently,
    level,
    ...(shockFraction === undefined ? {} : { shockFraction }),
  };
}

/** Worse than what was told: a higher level, or for shock rules a clearly nearer critical shock. */
export function isWorse(
  rule: AlertRule,
  sense: Sense,
  told: Pick<Incident, 'level' | 'nearestShockFraction'>,
  policy: AlertPolicy,
): boolean {
  if (rule.kind === 'level') return levelRank(sense.level) > levelRank(told.level);
  const nearest = told.nearestShockFraction ?? rule.fraction;
  return isBelow(sense.shockFraction, nearest * policy.shockEscalateFactor);
}

/** Would what missing data adds make it worse than told? */
export function looksWorse(
  rule: AlertRule,
  reading: Reading,
  side: Side,
  told: Incident,
  policy: AlertPolicy,
): boolean {
  const seen = reading[side];
  const apparent: Sense = {
    fires: false,
    firesOnMissingData: false,
    level: lower(seen.level, reading.levelCap),
    ...(seen.criticalShockFraction === undefined
      ? {}
      : { shockFraction: seen.criticalShockFraction }),
  };
  return isWorse(rule, apparent, told, policy);
}

/**
 * Below the line at which the told level is left (or a shock rule cleared). Judged on the riskier
 * of the drifted and the frozen figures and never on the asset's cap, so that neither missing data
 * nor a lower cap can calm anything; a figure that is not a number never counts as calm.
 */
export function isCalmer(
  rule: AlertRule,
  seen: SideReading,
  told: Incident,
  policy: AlertPolicy,
): boolean {
  if (rule.kind === 'shock-below') {
    const shocks = [seen.criticalShockFraction, seen.criticalShockFrozenFraction];
    const line = rule.fraction * policy.shockClearFactor;
    return shocks.every((shock) => shock === undefined || shock > line);
  }
  if (told.level === 'low') return true;
  const line = policy.levelFloorPoints[told.level] - policy.clearMarginPoints;
  return (
    seen.score.point < line &&
    seen.scoreFrozen < line &&
    !atLeast(seen.level, told.level) &&
    !atLeast(seen.levelFrozen, told.level)
  );
}

/** The critical shock without what missing data adds; undefined: none within reach. */
export function marketShockOf(reading: Reading, side: Side): number | undefined {
  const seen = reading[side];
  const { criticalShockFraction: shock, criticalShockFrozenFraction: frozen } = seen;
  if (shock === undefined || frozen !== undefined) {
    return shock === undefined || frozen === undefined ? undefined : Math.max(shock, frozen);
  }
  const moved = seen.score.point - seen.scoreFrozen >= MISSING_DATA_SLACK_POINTS;
  return reading.coverage.missing.length > 0 && moved ? undefined : shock;
}

function isBelow(shock: number | undefined, line: number): boolean {
  return shock !== undefined && shock < line;
}

function atLeast(level: Level, other: Level): boolean {
  return levelRank(level) >= levelRank(other);
}

function lower(a: Level, b: Level): Level {
  return levelRank(a) <= levelRank(b) ? a : b;
}
