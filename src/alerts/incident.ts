import { type AssetId, type Level, levelRank, type Side } from '../signals/model/ids.ts';
import type { Decision, DecisionReason, SightedInput } from './decision.ts';
import type { AlertRule, AlertState, Incident, Notice } from './model.ts';
import type { Sense } from './sense.ts';
import { withTold } from './told.ts';

/** What a notice says beyond the incident itself. */
type Telling = Pick<
  Notice,
  'kind' | 'level' | 'previousLevel' | 'previousShockFraction' | 'previousPoint' | 'closed'
> & {
  reason: DecisionReason;
};

/** The state with a new incident, and its first notice. */
export function openIncident(input: SightedInput, sense: Sense): Decision {
  const { state, rule, reading, now } = input;
  const opened: Incident = {
    id: incidentId(state.asset, state.side, now, rule),
    openedAt: now,
    level: sense.level,
    levelSince: now,
    peakLevel: sense.level,
    ...shockToTell(rule, sense),
    lastNoticeAt: now,
    lastToldAt: now,
    sequence: 1,
    clearCount: 0,
  };
  const incident = withTold(opened, reading, state.side);
  const next: AlertState = { ...quiet(state), incident, lastReadingAt: reading.at };
  const notice = noticeOf(next, incident, now, { kind: 'raise', level: sense.level });
  return { reason: 'raise', next, notice };
}

/**
 * The state with `incident` told once more, and that notice. An update leaves the time from which
 * repeats are measured alone.
 */
export function tell(
  state: AlertState,
  incident: Incident,
  now: number,
  telling: Telling,
): Required<Decision> {
  const { reason, ...rest } = telling;
  const next: Incident = {
    ...incident,
    sequence: incident.sequence + 1,
    lastNoticeAt: rest.kind === 'update' ? incident.lastNoticeAt : now,
    lastToldAt: now,
  };
  return {
    reason,
    next: { ...state, incident: next },
    notice: noticeOf(state, next, now, rest),
  };
}

/** The state with its incident closed, and the last notice. */
export function close(
  state: AlertState,
  incident: Incident,
  now: number,
  telling: Telling,
): Decision {
  const { reason, notice } = tell(state, incident, now, telling);
  const base: AlertState = { ...quiet(state), closedAt: now };
  const next: AlertState =
    telling.closed === 'no-data'
      ? base
      : {
          ...base,
          lastPeakLevel: incident.peakLevel,
          ...(incident.nearestShockFraction === undefined
            ? {}
            : { lastNearestShockFraction: incident.nearestShockFraction }),
        };
  return { reason, next, notice };
}

/** For shock rules: the nearest critical shock to remember as told. */
export function shockToTell(
  rule: AlertRule,
  sense: Sense,
  before?: number,
): Pick<Incident, 'nearestShockFraction'> {
  if (rule.kind === 'level' || sense.shockFraction === undefined) return {};
  return { nearestShockFraction: Math.min(sense.shockFraction, before ?? sense.shockFraction) };
}

export function higher(a: Level, b: Level): Level {
  return levelRank(a) >= levelRank(b) ? a : b;
}

/** The state without incident, holds and memory of the last incident. */
function quiet(state: AlertState): AlertState {
  const { ruleKey, asset, side, version, lastReadingAt, closedAt } = state;
  return {
    ruleKey,
    asset,
    side,
    version,
    lastReadingAt,
    enterCount: 0,
    ...(closedAt === undefined ? {} : { closedAt }),
  };
}

function noticeOf(
  state: AlertState,
  incident: Incident,
  at: number,
  telling: Omit<Telling, 'reason'>,
): Notice {
  return {
    ...telling,
    incidentId: incident.id,
    sequence: incident.sequence,
    ruleKey: state.ruleKey,
    asset: state.asset,
    side: state.side,
    at,
    incident,
  };
}

/** At most 40 characters: 20 of the asset, 4, 9 of the time, 4 of the rule and 3 dashes. */
function incidentId(asset: AssetId, side: Side, openedAt: number, rule: AlertRule): string {
  const tag =
    rule.kind === 'level' ? rule.level.slice(0, 4) : Math.round(rule.fraction * 1e4).toString();
  return `${asset}-${side}-${Math.trunc(openedAt).toString(36)}-${tag}`;
}
