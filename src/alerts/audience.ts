import { levelRank } from '../signals/model/ids.ts';
import type { AlertRule, ChatRef, Notice, Subscription } from './model.ts';
import { parseRuleKey, ruleKeyOf } from './rule-key.ts';

/** A chat with all it subscribed to. */
export interface ChatSubscriptions {
  chat: ChatRef;
  muted: boolean;
  subscriptions: readonly Subscription[];
}

/** Subscriptions grouped by chat. */
export function chatsOf(
  subscriptions: readonly Subscription[],
  mutes: readonly { chat: ChatRef; until: number }[],
  now: number,
): ChatSubscriptions[] {
  const muted = new Set(
    mutes.filter(({ until }) => until > now).map(({ chat }) => chatKeyOf(chat)),
  );
  const byChat = Map.groupBy(subscriptions, ({ chat }) => chatKeyOf(chat));
  return [...byChat].flatMap(([key, ofChat]) => {
    const chat = ofChat[0]?.chat;
    return chat === undefined ? [] : [{ chat, muted: muted.has(key), subscriptions: ofChat }];
  });
}

/**
 * The chats that wait for this rule, asset and side, and which of them are told of the notice: those
 * that are not muted, unless another rule speaks there. A chat counts once, however many of its
 * subscriptions match (`BTC` and `*`), and is not told the same thing twice by two rules:
 *
 * - Level rules: only the chat's most sensitive level rule for the asset and side speaks there.
 *   With `level:elevated` and `level:high` the elevated incident tells the rise to high as well (as
 *   its raise or an escalation) and the way back, so the high one stays silent. (In the cooldown
 *   after an elevated incident that had reached high, a new rise to high waits for its end.)
 * - Shock-below rules wait for different numbers, so each speaks. Where two of a chat say the same
 *   kind of thing about one asset and side in one tick, the stronger statement is sent: the smaller
 *   fraction, or for an all-clear the larger.
 * - A level rule and a shock-below rule are different questions: both are answered.
 */
export function audienceOf(
  notice: Notice,
  notices: readonly Notice[],
  chats: readonly ChatSubscriptions[],
): { chat: ChatRef; told: boolean }[] {
  const rule = parseRuleKey(notice.ruleKey);
  const rivals = rule.kind === 'level' ? [] : rivalKeys(notice, rule.fraction, notices);
  return chats.flatMap(({ chat, muted, subscriptions }) => {
    const rules = subscriptions.filter((held) => isAbout(held, notice)).map((held) => held.rule);
    const keys = new Set(rules.map(ruleKeyOf));
    if (!keys.has(notice.ruleKey)) return [];
    const outspoken =
      rule.kind === 'level'
        ? rules.some((other) => isMoreSensitive(other, rule))
        : rivals.some((key) => keys.has(key));
    return [{ chat, told: !muted && !outspoken }];
  });
}

function isAbout({ asset, sides }: Subscription, notice: Notice): boolean {
  return (asset === '*' || asset === notice.asset) && sides.includes(notice.side);
}

function isMoreSensitive(other: AlertRule, rule: AlertRule & { kind: 'level' }): boolean {
  return other.kind === 'level' && levelRank(other.level) < levelRank(rule.level);
}

/** Keys of shock rules that make the same kind of statement in this tick, only a stronger one. */
function rivalKeys(notice: Notice, fraction: number, notices: readonly Notice[]): string[] {
  return notices
    .filter((other) => isSameStatement(other, notice))
    .flatMap(({ ruleKey }) => {
      const rule = parseRuleKey(ruleKey);
      if (rule.kind !== 'shock-below') return [];
      const widest = notice.kind === 'all-clear';
      const stronger = widest ? rule.fraction > fraction : rule.fraction < fraction;
      return stronger ? [ruleKey] : [];
    });
}

/** A raise and an escalation both say that the critical shock came nearer. */
function isSameStatement(a: Notice, b: Notice): boolean {
  const statement = ({ kind, closed }: Notice): string =>
    kind === 'escalate' ? 'raise' : `${kind}${closed ?? ''}`;
  return a.asset === b.asset && a.side === b.side && statement(a) === statement(b);
}

/** Text key of a chat, for maps. */
export function chatKeyOf({ platform, chatId, thread }: ChatRef): string {
  return JSON.stringify([platform, chatId, thread ?? null]);
}
