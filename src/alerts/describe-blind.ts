import { alertBlocks } from './describe-reading.ts';
import { formatUtcTime } from './format.ts';
import type { Block } from './message-doc.ts';
import {
  loud,
  type NoticeText,
  type NoticeView,
  openText,
  subjectOf,
  thresholdText,
} from './notice-view.ts';
import { alertLevel } from './policy.ts';

/** Inputs gone, back, or given up: always said to be no all-clear. */
export function describeBlind(view: NoticeView): NoticeText {
  if (view.notice.kind === 'sighted') return sightedText(view);
  return view.notice.closed === undefined ? blindText(view) : closedText(view);
}

function blindText(view: NoticeView): NoticeText {
  const { notice, policy } = view;
  const since = notice.incident?.blindSince;
  // The time itself: a message may stand there for hours.
  const gone = since === undefined ? '' : ` since ${formatUtcTime(since)}`;
  return {
    title: `${subjectOf(notice)}: no data, ${toldText(view)}`,
    tone: 'data',
    blocks: texts(
      `No usable figures${gone}. This is not an all-clear: the warning stands as last told.`,
      `You are told when data is back; after ${policy.retireAfterHours} h without it the alert ends.`,
    ),
  };
}

function sightedText(view: NoticeView): NoticeText {
  const { notice, reading, now, titles } = view;
  const details = reading === undefined ? [] : alertBlocks(reading, notice.side, now, titles);
  return {
    title: sightedTitle(view),
    tone: alertLevel(notice.level),
    blocks: [...details.slice(0, 1), ...texts('The alert is still open.'), ...details.slice(1)],
  };
}

function sightedTitle(view: NoticeView): string {
  const { notice, rule } = view;
  const back = `${subjectOf(notice)}: data is back`;
  if (rule.kind === 'level') return `${back}, ${openText(view)}`;
  return `${back}, alert on a ${warningText(view)} still open`;
}

function closedText(view: NoticeView): NoticeText {
  const { notice, reading, policy } = view;
  const again = 'A new alert follows if the risk shows again.';
  if (notice.closed === 'no-data') {
    return {
      title: `${subjectOf(notice)}: alert ended without data, ${toldText(view)}`,
      tone: 'data',
      blocks: texts(
        `No usable figures for ${policy.retireAfterHours} h: the alert ends. This is not an all-clear.`,
        again,
      ),
    };
  }
  const reasons = reading?.eligibility.reasons.join('; ') ?? '';
  const why = reasons === '' ? '' : ` (${reasons})`;
  return {
    title: `${subjectOf(notice)}: alert ended, ${notice.asset} no longer qualifies`,
    tone: 'data',
    blocks: texts(
      `For ${policy.retireAfterHours} h ${notice.asset} has not met the conditions for alerts${why}: the alert ends. This is not an all-clear; it was ${toldText(view)}.`,
      again,
    ),
  };
}

function toldText(view: NoticeView): string {
  return `last told ${warningText(view)}`;
}

function warningText({ notice, rule }: NoticeView): string {
  if (rule.kind === 'level') return loud(notice.level);
  return `critical shock under ${thresholdText(rule.fraction)}`;
}

function texts(...lines: string[]): Block[] {
  return lines.map((text) => ({ kind: 'text', text }));
}
