import { LEVELS, type Level, levelRank } from '../signals/model/ids.ts';
import type { Decision, DecisionReason, OpenInput } from './decision.ts';
import { close, higher, shockToTell, tell } from './incident.ts';
import type { AlertState, Incident } from './model.ts';
import { alertLevel, retireAfterMs } from './policy.ts';
import { isCalmer, isWorse, looksWorse, type Sense, senseOf } from './sense.ts';
import { hasMoved, withTold } from './told.ts';

/** An incident is open and there is a new usable reading. */
export function decideOpen(input: OpenInput): Decision {
  const { state: before, rule, reading, now, policy } = input;
  const state: AlertState = { ...before, lastReadingAt: reading.at };
  const incident = seenAgain(input);
  const sense = senseOf(rule, reading, state.side);

  if (isGivenUp(incident, input)) {
    const telling = { kind: 'blind', level: incident.level, closed: 'not-eligible' } as const;
    return close(state, incident, now, { reason: 'closed-not-eligible', ...telling });
  }
  const worse = isWorse(rule, sense, incident, policy);
  if (worse && reading.eligibility.eligible) {
    return escalate(input, state, incident, sense);
  }
  const calm = countCalm(input, incident);
  if (input.incident.blindSince !== undefined) {
    const telling = { kind: 'sighted', level: incident.level } as const;
    const told = withTold(calm.incident, reading, state.side);
    return tell(state, told, now, { reason: 'sighted', ...telling });
  }
  if (calm.reason === 'step-down') return stepDown(input, state, incident);
  if (now - incident.lastNoticeAt >= policy.repeatMs[alertLevel(incident.level)]) {
    return repeat(input, state, calm.incident, sense);
  }
  const next = sameIncident(input.incident, calm.incident)
    ? before
    : { ...state, incident: calm.incident };
  if (worse) return { reason: 'ineligible', next };
  if (looksWorse(rule, reading, state.side, incident, policy)) {
    return { reason: 'rise-from-missing-data', next };
  }
  if (isUpdateDue(input, calm.incident)) return update(input, next, calm.incident);
  return { reason: calm.reason, next };
}

/** Edits are coalesced: what moves within `updateMs` of the last notice is shown after it. */
function isUpdateDue(input: OpenInput, incident: Incident): boolean {
  const { state, reading, now, policy } = input;
  if (input.updates !== true || !reading.eligibility.eligible) return false;
  const sinceMs = now - (incident.lastToldAt ?? incident.lastNoticeAt);
  // Negative: the clock was ahead when it was told.
  if (sinceMs >= 0 && sinceMs < policy.updateMs) return false;
  return hasMoved(incident, reading, state.side, policy);
}

/**
 * Changes nothing that later decisions stand on: with updates and without them an incident takes the
 * same way. So `next` is the state to save when there is nothing to tell.
 */
function update(input: OpenInput, next: AlertState, incident: Incident): Decision {
  const { state, reading, now } = input;
  const { level, toldPoint, toldShockFraction } = incident;
  return tell(next, withTold(incident, reading, state.side), now, {
    reason: 'update',
    kind: 'update',
    level,
    ...(toldPoint === undefined ? {} : { previousPoint: toldPoint }),
    ...(toldShockFraction === undefined ? {} : { previousShockFraction: toldShockFraction }),
  });
}

/** The incident with its marks of missing inputs and eligibility brought up to date. */
function seenAgain({ incident, reading, now }: OpenInput): Incident {
  const { blindSince: _blind, missingSince: _missing, ineligibleSince, ...rest } = incident;
  return reading.eligibility.eligible ? rest : { ...rest, ineligibleSince: ineligibleSince ?? now };
}

function isGivenUp({ ineligibleSince }: Incident, { now, policy }: OpenInput): boolean {
  return ineligibleSince !== undefined && now - ineligibleSince >= retireAfterMs(policy);
}

function escalate(input: OpenInput, state: AlertState, incident: Incident, sense: Sense): Decision {
  const { rule, reading, now } = input;
  const before = incident.nearestShockFraction;
  const next: Incident = {
    ...withTold(withoutCalm(incident), reading, state.side),
    level: sense.level,
    levelSince: now,
    peakLevel: higher(sense.level, incident.peakLevel),
    ...shockToTell(rule, sense, before),
  };
  return tell(state, next, now, {
    reason: 'escalate',
    kind: 'escalate',
    level: sense.level,
    previousLevel: incident.level,
    ...(before === undefined ? {} : { previousShockFraction: before }),
  });
}

/** A shock rule's level is only along for the ride: its repeats tell the present one. */
function repeat(input: OpenInput, state: AlertState, incident: Incident, sense: Sense): Decision {
  const level = input.rule.kind === 'level' ? incident.level : sense.level;
  const told = withTold(incident, input.reading, state.side);
  const next = { ...told, level, peakLevel: higher(level, incident.peakLevel) };
  return tell(state, next, input.now, { reason: 'repeat', kind: 'repeat', level });
}

/** Counts readings below the line; thin coverage and any reading above it start over. */
function countCalm(
  { rule, state, reading, now, policy }: OpenInput,
  incident: Incident,
): { incident: Incident; reason: DecisionReason | 'step-down' } {
  if (!isCalmer(rule, reading[state.side], incident, policy)) {
    return { incident: withoutCalm(incident), reason: 'unchanged' };
  }
  if (!(reading.coverage.fraction >= policy.minCoverageFraction)) {
    return { incident: withoutCalm(incident), reason: 'coverage-too-low-to-clear' };
  }
  const clearCount = Math.min(incident.clearCount + 1, policy.stepDownReadings);
  const counted = { ...incident, clearCount, clearSince: incident.clearSince ?? now };
  const held =
    clearCount < policy.stepDownReadings || now - incident.levelSince < policy.minInLevelMs;
  return { incident: counted, reason: held ? 'step-down-held' : 'step-down' };
}

function stepDown(input: OpenInput, state: AlertState, incident: Incident): Decision {
  const { rule, now, reading } = input;
  const below = oneBelow(incident.level);
  if (rule.kind === 'level' && levelRank(below) >= levelRank(rule.level)) {
    const told = withTold(withoutCalm(incident), reading, state.side);
    const next = { ...told, level: below, levelSince: now };
    const telling = { kind: 'de-escalate', level: below, previousLevel: incident.level } as const;
    return tell(state, next, now, { reason: 'de-escalate', ...telling });
  }
  return close(state, incident, now, {
    reason: 'all-clear',
    kind: 'all-clear',
    level: reading[state.side].level,
    previousLevel: incident.level,
  });
}

function withoutCalm(incident: Incident): Incident {
  const { clearSince: _ended, ...rest } = incident;
  return { ...rest, clearCount: 0 };
}

function oneBelow(level: Level): Level {
  return LEVELS[Math.max(0, levelRank(level) - 1)] ?? 'low';
}

function sameIncident(a: Incident, b: Incident): boolean {
  return (
    a.clearCount === b.clearCount &&
    a.clearSince === b.clearSince &&
    a.missingSince === b.missingSince &&
    a.ineligibleSince === b.ineligibleSince
  );
}
