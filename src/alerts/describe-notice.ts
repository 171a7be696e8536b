import { SIDES } from '../signals/model/ids.ts';
import type { Reading } from '../signals/model/reading.ts';
import { describeBlind } from './describe-blind.ts';
import { describeCalm } from './describe-calm.ts';
import { readingFooter, type SourceTitles } from './describe-coverage.ts';
import { ladderFigure } from './describe-figure.ts';
import { describeWarning } from './describe-warning.ts';
import type { MessageDoc } from './message-doc.ts';
import type { Notice } from './model.ts';
import type { NoticeText, NoticeView } from './notice-view.ts';
import type { AlertPolicy } from './policy.ts';
import { parseRuleKey } from './rule-key.ts';
import { warningActions } from './warning-actions.ts';

/**
 * Kinds of an open alert: a person may want to look closer, or to be left alone. An edit without
 * buttons would take away those that stand there.
 */
const OPEN: ReadonlySet<Notice['kind']> = new Set([
  'raise',
  'escalate',
  'repeat',
  'update',
  'de-escalate',
  'blind',
  'sighted',
]);

/**
 * The message of a notice about an incident. Title and first sentence carry what a person needs at
 * the worst minute; parts, table and chart follow. Works without a reading, which blind ones lack.
 */
export function describeNotice(
  notice: Notice,
  reading: Reading | undefined,
  now: number,
  policy: AlertPolicy,
  titles: SourceTitles,
): MessageDoc {
  const rule = parseRuleKey(notice.ruleKey);
  const seen = reading?.[notice.side];
  const doc: MessageDoc = {
    ...textOf({ notice, rule, reading, seen, now, policy, titles }),
    ...(isOpen(notice) ? { actions: warningActions(notice.asset) } : {}),
  };
  if (reading === undefined) return doc;
  const footer = readingFooter(reading, now, titles);
  if (notice.kind === 'blind') return { ...doc, footer };
  return { ...doc, footer, figure: ladderFigure(reading, SIDES, undefined, titles) };
}

function isOpen({ kind, closed }: Notice): boolean {
  return OPEN.has(kind) && closed === undefined;
}

function textOf(view: NoticeView): NoticeText {
  switch (view.notice.kind) {
    case 'raise':
    case 'escalate':
    case 'repeat':
    case 'update':
      return describeWarning(view);
    case 'de-escalate':
    case 'all-clear':
      return describeCalm(view);
    case 'blind':
    case 'sighted':
      return describeBlind(view);
  }
}
