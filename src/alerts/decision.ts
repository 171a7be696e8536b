import type { Reading } from '../signals/model/reading.ts';
import type { AlertRule, AlertState, Incident, Notice } from './model.ts';
import type { AlertPolicy } from './policy.ts';

/** Why a decision came out as it did: for logs, metrics and "why was I not told?". */
export type DecisionReason =
  // no incident open
  | 'no-reading'
  | 'below-threshold'
  | 'holding'
  | 'cooldown'
  | 'raise'
  // incident open
  | 'escalate'
  | 'repeat'
  | 'update'
  | 'unchanged'
  | 'step-down-held'
  | 'coverage-too-low-to-clear'
  | 'de-escalate'
  | 'all-clear'
  | 'closed-not-eligible'
  // incident open, nothing to see
  | 'missing-held'
  | 'went-blind'
  | 'still-blind'
  | 'sighted'
  | 'closed-no-data'
  // either
  | 'rise-from-missing-data'
  | 'ineligible'
  | 'same-reading';

export interface Decision {
  reason: DecisionReason;
  /**
   * The state to save, with the `version` it had: the store adds one. The very same object as the
   * one given when nothing has to be saved.
   */
  next: AlertState;
  notice?: Notice;
}

export interface DecisionInput {
  state: AlertState;
  /** The rule behind `state.ruleKey`. */
  rule: AlertRule;
  /** The asset's newest reading; undefined while warming up or gone. */
  reading: Reading | undefined;
  /** Epoch ms. */
  now: number;
  policy: AlertPolicy;
  /** Can a platform edit messages? Only then are moved figures told. Default false. */
  updates?: boolean;
}

/** Input with a usable reading. */
export interface SightedInput extends DecisionInput {
  reading: Reading;
}

/** Input with a usable reading while an incident is open. */
export interface OpenInput extends SightedInput {
  incident: Incident;
}
