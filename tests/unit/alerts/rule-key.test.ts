import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../src/alerts/model.ts';
import { parseRuleKey, ruleKeyOf } from '../../../src/alerts/rule-key.ts';

describe('rule keys', () => {
  it.each<[AlertRule, string]>([
    [{ kind: 'level', level: 'elevated' }, 'level:elevated'],
    [{ kind: 'level', level: 'critical' }, 'level:critical'],
    [{ kind: 'shock-below', fraction: 0.03 }, 'shock-below:0.03'],
    [{ kind: 'shock-below', fraction: 0.0001 }, 'shock-below:0.0001'],
  ])('%j is %s and back', (rule, key) => {
    expect(ruleKeyOf(rule)).toBe(key);
    expect(parseRuleKey(key)).toEqual(rule);
  });

  it('every basis point has one key that gives it back', () => {
    const keys = new Set<string>();
    for (let points = 1; points < 10_000; points += 1) {
      const key = ruleKeyOf({ kind: 'shock-below', fraction: points / 10_000 });
      keys.add(key);
      expect(parseRuleKey(key)).toEqual({ kind: 'shock-below', fraction: points / 10_000 });
    }
    expect(keys.size).toBe(9_999);
  });

  it('fractions closer than a basis point are one rule', () => {
    expect(ruleKeyOf({ kind: 'shock-below', fraction: 0.1 + 0.2 - 0.27 })).toBe('shock-below:0.03');
  });

  it.each([0, -0.1, 1, 1.5, Number.NaN, 0.00001])('a shock of %d is refused', (fraction) => {
    expect(() => ruleKeyOf({ kind: 'shock-below', fraction })).toThrow(RangeError);
  });

  it.each(['', 'level:low', 'level', 'shock-below:', 'shock-below:3%', 'shock-below:0.030', 'x:1'])(
    'the text %j is no key',
    (key) => {
      expect(() => parseRuleKey(key)).toThrow(RangeError);
    },
  );
});
