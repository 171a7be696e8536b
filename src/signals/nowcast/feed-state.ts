import type { SourceId } from '../model/ids.ts';
import type { Completeness, ListenedHour } from '../model/liquidation-history.ts';
import { LISTENED_MINUTES } from './usual-hours.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Minutes are noted once over, and one may be lost. */
const SLACK_MINUTES = 3;

/** Whether a venue's forced closings are being heard. */
export interface FeedState {
  source: SourceId;
  completeness: Completeness;
  /** Epoch ms. */
  lastHeardAt: number;
  /** `up` now and for the last hour or more; `interrupted`: up, with a hole in it; `silent`: not up. */
  state: 'up' | 'interrupted' | 'silent';
  /** Minutes listened to in the hours given. */
  minutes: number;
}

/** Of every feed that was up at some time in these hours, in the order of their names. */
export function feedStates(hours: readonly ListenedHour[], now: number): FeedState[] {
  const bySource = Map.groupBy(hours, ({ source }) => source);
  const runningAt = Math.floor(now / HOUR_MS) * HOUR_MS;
  const elapsed = Math.floor((now - runningAt) / MINUTE_MS);
  const states = [...bySource].map(([source, own]): FeedState => {
    const newest = own.reduce((a, b) => (b.lastMinuteAt > a.lastMinuteAt ? b : a));
    const minutesOf = (hourAt: number) => own.find((hour) => hour.hourAt === hourAt)?.minutes ?? 0;
    const isUp = now - newest.lastMinuteAt < (SLACK_MINUTES + 1) * MINUTE_MS;
    const isWhole =
      minutesOf(runningAt) >= elapsed - SLACK_MINUTES &&
      minutesOf(runningAt - HOUR_MS) >= LISTENED_MINUTES;
    return {
      source,
      completeness: newest.completeness,
      lastHeardAt: newest.lastMinuteAt,
      state: !isUp ? 'silent' : isWhole ? 'up' : 'interrupted',
      minutes: own.reduce((sum, { minutes }) => sum + minutes, 0),
    };
  });
  return states.sort((a, b) => (a.source < b.source ? -1 : 1));
}
