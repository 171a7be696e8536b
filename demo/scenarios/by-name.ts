import { cascade } from './cascade.ts';
import { quiet } from './quiet.ts';
import type { Scenario } from './scenario.ts';
import { shorts } from './shorts.ts';

export const SCENARIOS: readonly Scenario[] = [cascade, quiet, shorts];

/** Undefined when there is none of this name. */
export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
