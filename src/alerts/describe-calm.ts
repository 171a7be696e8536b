import { levelRank } from '../signals/model/ids.ts';
import { alertBlocks, calmBlocks } from './describe-reading.ts';
import { formatDuration, formatPercent } from './format.ts';
import type { Block } from './message-doc.ts';
import {
  loud,
  type NoticeText,
  type NoticeView,
  scoreSuffix,
  subjectOf,
  thresholdText,
} from './notice-view.ts';

/** Stepped down or cleared: `BTC down: all clear, 38/100`. */
export function describeCalm(view: NoticeView): NoticeText {
  const { notice, reading, now, titles } = view;
  const change: Block = { kind: 'text', text: storyText(view) };
  // What an all-clear leaves may still be a level that others are warned of.
  const blocksOf = isCalm(view) ? calmBlocks : alertBlocks;
  const details = reading === undefined ? [] : blocksOf(reading, notice.side, now, titles);
  return { title: titleText(view), tone: notice.level, blocks: [change, ...details] };
}

function isCalm({ notice, rule }: NoticeView): boolean {
  if (notice.kind !== 'all-clear') return false;
  return rule.kind === 'shock-below' || levelRank(notice.level) === 0;
}

/** An all-clear of a rule may leave a level that others would be warned of: then it says which. */
function titleText(view: NoticeView): string {
  const { notice, rule } = view;
  const subject = subjectOf(notice);
  if (notice.kind === 'de-escalate') {
    return `${subject}: lowered to ${loud(notice.level)},${scoreSuffix(view)}`;
  }
  if (rule.kind === 'shock-below') {
    return `${subject}: critical shock no longer under ${thresholdText(rule.fraction)}`;
  }
  if (levelRank(notice.level) === 0) return `${subject}: all clear,${scoreSuffix(view)}`;
  return `${subject}: no longer ${loud(rule.level)}, now ${loud(notice.level)}${scoreSuffix(view)}`;
}

function storyText({ notice, rule, now, policy }: NoticeView): string {
  const incident = notice.incident;
  if (notice.kind === 'de-escalate') {
    const from = notice.previousLevel === undefined ? '' : ` from ${notice.previousLevel}`;
    return `Lowered${from} to ${notice.level}; the alert stays open.`;
  }
  const lasted = incident === undefined ? '' : ` after ${formatDuration(now - incident.openedAt)}`;
  const peak = incident === undefined ? '' : ` Peak: ${incident.peakLevel}.`;
  if (rule.kind === 'level') return `The ${rule.level} alert is over${lasted}.${peak}`;
  const clear = thresholdText(rule.fraction * policy.shockClearFactor);
  const nearest = incident?.nearestShockFraction;
  const closest = nearest === undefined ? '' : ` Nearest told: ${formatPercent(nearest)}.`;
  return `The critical shock stayed above ${clear}; the alert is over${lasted}.${closest}`;
}
