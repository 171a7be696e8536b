import { alertBlocks } from './describe-reading.ts';
import { updateText } from './describe-update.ts';
import { formatDuration, formatPercent } from './format.ts';
import type { Block } from './message-doc.ts';
import {
  loud,
  type NoticeText,
  type NoticeView,
  openText,
  scoreSuffix,
  subjectOf,
  thresholdText,
} from './notice-view.ts';
import { alertLevel } from './policy.ts';
import { marketShockOf } from './sense.ts';

/** Raised, escalated, repeated, updated: `BTC down: HIGH 72/100`. */
export function describeWarning(view: NoticeView): NoticeText {
  const { notice, reading, now, titles } = view;
  const change: Block = { kind: 'text', text: changeText(view) };
  const [sentence, ...details] =
    reading === undefined ? [] : alertBlocks(reading, notice.side, now, titles);
  return {
    title: titleText(view),
    tone: alertLevel(notice.level),
    blocks: sentence === undefined ? [change] : [sentence, change, ...details],
  };
}

function titleText(view: NoticeView): string {
  const { notice, rule, reading } = view;
  const subject = subjectOf(notice);
  if (rule.kind === 'level') {
    const isNew = notice.kind === 'raise' || notice.kind === 'escalate';
    if (isNew) return `${subject}: ${loud(notice.level)}${scoreSuffix(view)}`;
    return `${subject}: ${openText(view, notice.kind === 'repeat' ? 'still ' : '')}`;
  }
  const shock = reading === undefined ? undefined : marketShockOf(reading, notice.side);
  if (shock === undefined || !(shock < rule.fraction)) {
    return `${subject}: critical shock alert under ${thresholdText(rule.fraction)} still open`;
  }
  const still = notice.kind === 'repeat' ? 'still ' : '';
  return `${subject}: critical shock ${still}${formatPercent(shock)}, under ${thresholdText(rule.fraction)}`;
}

/** What is new against what was told before. */
function changeText(view: NoticeView): string {
  const { notice, now } = view;
  const incident = notice.incident;
  const lastedText = incident === undefined ? '' : formatDuration(now - incident.openedAt);
  switch (notice.kind) {
    case 'escalate':
      return escalationText(view, lastedText);
    case 'update':
      return updateText(view);
    case 'repeat': {
      const peak = incident === undefined ? '' : `, peak ${incident.peakLevel}`;
      const since = lastedText === '' ? 'Reminder' : `Reminder: open for ${lastedText}`;
      return `${since}${peak}. ${reminderText(view)}`;
    }
    default:
      return view.rule.kind === 'level'
        ? `New alert: the level reached ${notice.level}.`
        : `New alert: the critical shock fell below ${thresholdText(view.rule.fraction)}.`;
  }
}

function escalationText({ notice, rule }: NoticeView, lastedText: string): string {
  const after = lastedText === '' ? '' : `, ${lastedText} after the first warning`;
  if (rule.kind === 'level') {
    const from = notice.previousLevel === undefined ? '' : ` from ${notice.previousLevel}`;
    return `Worse: up${from} to ${notice.level}${after}.`;
  }
  const before = notice.previousShockFraction;
  const from = before === undefined ? '' : ` from ${formatPercent(before)}`;
  const to = notice.incident?.nearestShockFraction;
  const now = to === undefined ? '' : ` to ${formatPercent(to)}`;
  return `Worse: the critical shock came nearer${from}${now}${after}.`;
}

/** A reminder may fall into a spell just below the line: it says what still holds it open. */
function reminderText({ notice, rule, policy }: NoticeView): string {
  if (rule.kind === 'level') {
    const floor = policy.levelFloorPoints[alertLevel(notice.level)] - policy.clearMarginPoints;
    return `It is lowered once the score stays below ${floor}.`;
  }
  const clear = thresholdText(rule.fraction * policy.shockClearFactor);
  return `It is cleared once the critical shock stays above ${clear}.`;
}
