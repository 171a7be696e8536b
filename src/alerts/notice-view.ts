import { type Level, levelRank } from '../signals/model/ids.ts';
import type { Reading, SideReading } from '../signals/model/reading.ts';
import type { SourceTitles } from './describe-coverage.ts';
import { scoreText } from './describe-reading.ts';
import type { Block, MessageDoc } from './message-doc.ts';
import type { AlertRule, Notice } from './model.ts';
import type { AlertPolicy } from './policy.ts';

/** What the text of a notice is made from. */
export interface NoticeView {
  notice: Notice;
  rule: AlertRule;
  /** The reading it was decided on; undefined when there is none. */
  reading: Reading | undefined;
  seen: SideReading | undefined;
  now: number;
  policy: AlertPolicy;
  titles: SourceTitles;
}

/** What each kind of notice adds to the common frame. */
export interface NoticeText {
  title: string;
  tone: MessageDoc['tone'];
  blocks: Block[];
}

/** `BTC down`. */
export function subjectOf({ asset, side }: Notice): string {
  return `${asset} ${side}`;
}

/** Levels stand out in titles: `HIGH`. */
export function loud(level: Level): string {
  return level.toUpperCase();
}

/** ` 72/100`, or nothing without a reading. */
export function scoreSuffix({ seen }: NoticeView): string {
  return seen === undefined ? '' : ` ${scoreText(seen)}`;
}

/**
 * The state of an open alert on a level: `still HIGH 72/100`, or where the score has left that level
 * already, which an alert does not follow at once: `60/100, HIGH alert open`.
 */
export function openText(view: NoticeView, still = 'still '): string {
  const { notice, seen } = view;
  const level = loud(notice.level);
  if (seen === undefined) return `${still}${level}`;
  const now = Math.min(levelRank(seen.level), levelRank(seen.levelFrozen));
  return now < levelRank(notice.level)
    ? `${scoreText(seen)}, ${level} alert open`
    : `${still}${level}${scoreSuffix(view)}`;
}

/** A rule's own fraction as it was asked for: `3 %`, `3.25 %`. */
export function thresholdText(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))} %`;
}
