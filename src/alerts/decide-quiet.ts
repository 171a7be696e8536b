import type { Decision, SightedInput } from './decision.ts';
import { openIncident } from './incident.ts';
import type { AlertState } from './model.ts';
import { alertLevel } from './policy.ts';
import { isWorse, type Sense, senseOf } from './sense.ts';

/** No incident is open: is one to be raised? */
export function decideQuiet(input: SightedInput): Decision {
  const { state, rule, reading, policy } = input;
  const sense = senseOf(rule, reading, state.side);
  if (!sense.fires) {
    const reason = sense.firesOnMissingData ? 'rise-from-missing-data' : 'below-threshold';
    return { reason, next: resetCount(input) };
  }
  if (!reading.eligibility.eligible) return { reason: 'ineligible', next: resetCount(input) };

  const needed = policy.enterHoldReadings[alertLevel(sense.level)];
  const count = Math.min(state.enterCount + 1, Math.max(1, needed));
  if (count < needed) return { reason: 'holding', next: withCount(input, count) };
  if (isCoolingDown(input, sense)) return { reason: 'cooldown', next: withCount(input, count) };
  return openIncident(input, sense);
}

/** Shortly after a close only what is worse than last time is told, and critical always. */
function isCoolingDown({ state, rule, now, policy }: SightedInput, sense: Sense): boolean {
  const { closedAt, lastPeakLevel, lastNearestShockFraction } = state;
  if (closedAt === undefined || lastPeakLevel === undefined) return false;
  const calmMs = now - closedAt;
  // Negative: the clock was ahead when it closed.
  if (calmMs < 0 || calmMs >= policy.cooldownMs || sense.level === 'critical') return false;
  const last = {
    level: lastPeakLevel,
    ...(lastNearestShockFraction === undefined
      ? {}
      : { nearestShockFraction: lastNearestShockFraction }),
  };
  return !isWorse(rule, sense, last, policy);
}

function withCount({ state, reading, now }: SightedInput, enterCount: number): AlertState {
  if (enterCount === state.enterCount) return state;
  const enterSince = state.enterSince ?? now;
  return { ...state, enterCount, enterSince, lastReadingAt: reading.at };
}

function resetCount({ state, reading }: SightedInput): AlertState {
  if (state.enterCount === 0) return state;
  const { enterSince: _ended, ...rest } = state;
  return { ...rest, enterCount: 0, lastReadingAt: reading.at };
}
