import type { AlertRule, RuleKey } from './model.ts';

/** Fractions are told apart to one basis point: `0.03001` and `0.03` are one rule. */
const BASIS_POINT_DIGITS = 4;

/**
 * Stable text of a rule, `level:high` or `shock-below:0.03` (a fraction, rounded to a basis point).
 * Throws RangeError when the fraction is not within 0.0001 and 0.9999.
 */
export function ruleKeyOf(rule: AlertRule): RuleKey {
  if (rule.kind === 'level') return `level:${rule.level}`;
  const fraction = Number(rule.fraction.toFixed(BASIS_POINT_DIGITS));
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`a shock must lie between 0 and 1, got ${rule.fraction}`);
  }
  return `shock-below:${fraction}`;
}

/** The rule behind a key made by `ruleKeyOf`. Throws RangeError on any other text. */
export function parseRuleKey(key: RuleKey): AlertRule {
  const [kind, value = ''] = key.split(':');
  if (kind === 'level' && (value === 'elevated' || value === 'high' || value === 'critical')) {
    return { kind: 'level', level: value };
  }
  if (kind === 'shock-below') {
    const rule: AlertRule = { kind: 'shock-below', fraction: Number(value) };
    if (rule.fraction > 0 && rule.fraction < 1 && ruleKeyOf(rule) === key) return rule;
  }
  throw new RangeError(`not a rule key: ${JSON.stringify(key)}`);
}
