import type { Level } from '../signals/model/ids.ts';
import type { NoticeKind } from './model.ts';

/** Levels that can be alerted on. */
export type AlertLevel = Exclude<Level, 'low'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Settings of the alert state machine, the outages and the expiry of messages. */
export interface AlertPolicy {
  /** Score at which each level begins, points 0-100: the same as the score's own. */
  levelFloorPoints: Readonly<Record<AlertLevel, number>>;
  /** A level is left only below its floor less this many points. */
  clearMarginPoints: number;
  /** Consecutive new readings below that line before one level is stepped down. */
  stepDownReadings: number;
  /** Least time in a level before it is stepped down, ms. */
  minInLevelMs: number;
  /** Least `coverage.fraction` at which a level may be stepped down or cleared, 0-1. */
  minCoverageFraction: number;
  /** Consecutive new readings at the rule before an incident opens; 1: at once. */
  enterHoldReadings: Readonly<Record<AlertLevel, number>>;
  /** After a close nothing is raised for this long, ms, unless it is worse than last time. */
  cooldownMs: number;
  /** How often an open incident is told again, by its level, ms. */
  repeatMs: Readonly<Record<AlertLevel, number>>;
  /**
   * Where messages can be edited, an open incident whose figures moved is shown anew, at least this
   * long after its last notice, ms.
   */
  updateMs: number;
  /** Moved: the score by this many points from the one told. */
  updatePoints: number;
  /** Moved: the critical shock by this share of the one told; or it appeared or disappeared. */
  updateShockFactor: number;
  /** Messages of moved figures made at most in one tick, over all chats; 0: none at all. */
  updatesPerTick: number;
  /** A reading older than this counts as none, ms. */
  readingTtlMs: number;
  /** An open incident without a usable reading for this long is told as blind, ms. */
  blindAfterMs: number;
  /** A source, or an incident without data or eligibility, is given up after this long, hours. */
  retireAfterHours: number;
  /** A source not fresh for this long is told as lost, ms. */
  sourceLostAfterMs: number;
  /** A lost source fresh for this long is told as back, ms. */
  sourceBackAfterMs: number;
  /** A shock-below rule clears above its fraction times this. */
  shockClearFactor: number;
  /** It escalates when the critical shock falls below the nearest one told times this. */
  shockEscalateFactor: number;
  /** Messages not sent within this long are not sent any more, ms. */
  expiryMs: Readonly<Record<NoticeKind | 'data', number>>;
}

/**
 * Levels, margin, step-down and coverage follow the risk model's section on the score: up at once,
 * down one level at a time after three readings 7 points below, 30 minutes in the level and 80 %
 * of the exposure fresh.
 */
export const DEFAULT_ALERT_POLICY: AlertPolicy = {
  levelFloorPoints: { elevated: 50, high: 65, critical: 80 },
  clearMarginPoints: 7,
  stepDownReadings: 3,
  minInLevelMs: 30 * MINUTE_MS,
  minCoverageFraction: 0.8,
  enterHoldReadings: { elevated: 1, high: 1, critical: 1 },
  cooldownMs: 30 * MINUTE_MS,
  repeatMs: { elevated: 12 * HOUR_MS, high: 4 * HOUR_MS, critical: HOUR_MS },
  updateMs: 5 * MINUTE_MS,
  updatePoints: 3,
  updateShockFactor: 0.1,
  updatesPerTick: 1_000,
  readingTtlMs: 5 * MINUTE_MS,
  blindAfterMs: 15 * MINUTE_MS,
  retireAfterHours: 24,
  sourceLostAfterMs: 5 * MINUTE_MS,
  sourceBackAfterMs: 5 * MINUTE_MS,
  shockClearFactor: 1.25,
  shockEscalateFactor: 0.75,
  expiryMs: {
    raise: 30 * MINUTE_MS,
    escalate: 30 * MINUTE_MS,
    repeat: 30 * MINUTE_MS,
    update: 10 * MINUTE_MS,
    'de-escalate': 2 * HOUR_MS,
    'all-clear': 6 * HOUR_MS,
    blind: 2 * HOUR_MS,
    sighted: 2 * HOUR_MS,
    data: 2 * HOUR_MS,
  },
};

/** The retirement time in ms. */
export function retireAfterMs(policy: AlertPolicy): number {
  return policy.retireAfterHours * HOUR_MS;
}

/** Settings per alert level are read with `low` as `elevated` (a shock rule may fire while low). */
export function alertLevel(level: Level): AlertLevel {
  return level === 'low' ? 'elevated' : level;
}
