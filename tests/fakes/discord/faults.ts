import type { FaultKind, FaultRule } from './api.ts';

export interface Faults {
  add(rule: FaultRule): { remove(): void };
  /** The fault of this request, used up by one; undefined when none fits. */
  take(method: string, path: string): FaultKind | undefined;
}

export function faults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return {
        remove: () => {
          rules = rules.filter((one) => one !== entry);
        },
      };
    },
    take(method, path) {
      const entry = rules.find(({ rule, left }) => {
        if (left <= 0) return false;
        if (rule.method !== undefined && rule.method !== method) return false;
        return rule.path === undefined || path.search(rule.path) >= 0;
      });
      if (entry === undefined) return undefined;
      entry.left -= 1;
      return entry.rule.kind;
    },
  };
}
