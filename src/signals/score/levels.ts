import { type Level, levelRank } from '../model/ids.ts';
import type { Interval } from '../model/reading.ts';
import type { ScoreSettings } from './settings.ts';

/**
 * The score of a side: the geometric mean of likelihood and fragility, because a cascade needs both
 * a spark and fuel. Rises with each of them; 0 when either is 0.
 */
export function combinedScore(likelihood: Interval, fragility: Interval): Interval {
  return {
    low: Math.sqrt(likelihood.low * fragility.low),
    point: Math.sqrt(likelihood.point * fragility.point),
    high: Math.sqrt(likelihood.high * fragility.high),
  };
}

export function levelOf(score: number, cap: Level, levels: ScoreSettings['levels']): Level {
  const level: Level =
    score >= levels.critical
      ? 'critical'
      : score >= levels.high
        ? 'high'
        : score >= levels.elevated
          ? 'elevated'
          : 'low';
  return levelRank(level) > levelRank(cap) ? cap : level;
}
