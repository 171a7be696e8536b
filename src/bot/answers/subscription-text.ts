import { formatPercent } from '../../alerts/format.ts';
import type { AlertRule, Subscription } from '../../alerts/model.ts';
import type { Side } from '../../signals/model/ids.ts';
import { either } from './known-assets.ts';

/** `BTC: high or worse, down and up`, one line for coins with the same rule and sides. */
export function subscriptionLines(
  subscriptions: readonly Pick<Subscription, 'asset' | 'rule' | 'sides'>[],
): string[] {
  const byTerms = new Map<string, string[]>();
  for (const { asset, rule, sides } of subscriptions) {
    const terms = `${ruleText(rule)}, ${sidesText(sides)}`;
    const coins = byTerms.get(terms) ?? [];
    coins.push(asset === '*' ? 'every coin that can alert' : asset);
    byTerms.set(terms, coins);
  }
  return [...byTerms].map(([terms, coins]) => `${coins.join(', ')}: ${terms}`);
}

function ruleText(rule: AlertRule): string {
  if (rule.kind === 'shock-below') return `critical shock below ${formatPercent(rule.fraction)}`;
  return rule.level === 'critical' ? 'critical' : `${rule.level} or worse`;
}

function sidesText(sides: readonly Side[]): string {
  return either(sides, 'and');
}
