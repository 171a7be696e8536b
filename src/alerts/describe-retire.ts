import { levelRank } from '../signals/model/ids.ts';
import { formatPercent, formatUtcTime } from './format.ts';
import type { MessageDoc } from './message-doc.ts';
import type { AlertRule, Notice } from './model.ts';
import { loud, subjectOf, thresholdText } from './notice-view.ts';
import { parseRuleKey } from './rule-key.ts';

/**
 * What becomes of an incident's message when this notice is posted below it: short, and without any
 * figure, so that nobody takes an old number for the present one.
 */
export function describeRetire(notice: Notice): MessageDoc {
  const rule = parseRuleKey(notice.ruleKey);
  return {
    title: `${subjectOf(notice)}: was ${warnedOf(notice, rule)}${peakOf(notice, rule)}`,
    tone: 'info',
    blocks: [{ kind: 'text', text: `${endText(notice, rule)} See the newer message.` }],
  };
}

function warnedOf(notice: Notice, rule: AlertRule): string {
  if (rule.kind === 'level') return loud(notice.previousLevel ?? notice.level);
  return `critical shock under ${thresholdText(rule.fraction)}`;
}

/** How bad it got, where that is more than what the message said last; worse is still to come else. */
function peakOf({ kind, incident, level, previousLevel }: Notice, rule: AlertRule): string {
  if (kind === 'escalate' || incident === undefined) return '';
  if (rule.kind === 'level') {
    const { peakLevel } = incident;
    const isMore = levelRank(peakLevel) > levelRank(previousLevel ?? level);
    return isMore ? `, peak ${loud(peakLevel)}` : '';
  }
  const nearest = incident.nearestShockFraction;
  return nearest === undefined ? '' : `, nearest ${formatPercent(nearest)}`;
}

function endText(notice: Notice, rule: AlertRule): string {
  const since = `since ${formatUtcTime(notice.at)}`;
  if (notice.closed !== undefined) return `Over ${since}, without an all-clear.`;
  if (notice.kind !== 'escalate') return `Over ${since}.`;
  if (rule.kind === 'level') return `Worse ${since}: now ${loud(notice.level)}.`;
  const nearest = notice.incident?.nearestShockFraction;
  const now = nearest === undefined ? 'nearer' : formatPercent(nearest);
  return `Worse ${since}: critical shock now ${now}.`;
}
