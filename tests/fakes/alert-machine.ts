import { decide, initialState } from '../../src/alerts/decide.ts';
import type { Decision } from '../../src/alerts/decision.ts';
import type { AlertState, RuleKey } from '../../src/alerts/model.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts';
import { parseRuleKey } from '../../src/alerts/rule-key.ts';
import { assetId } from '../../src/signals/assets.ts';
import type { Reading, SideReading } from '../../src/signals/model/reading.ts';
import { levelOfScore, makeReading, makeSide } from './make-reading.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_AT = Date.UTC(2026, 0, 1);

/** What one tick sees of ETH, side down. */
export interface Look {
  score: number;
  /** The score without what missing data adds; the score itself when absent. */
  frozen?: number;
  coverage?: number;
  eligible?: boolean;
  levelCap?: Reading['levelCap'];
  side?: Partial<SideReading>;
  /** No critical shock within reach. */
  calm?: boolean;
}

export function lookAt(look: Look, at: number): Reading {
  const { score, frozen = score, coverage = 1, eligible = true, levelCap = 'critical' } = look;
  const down = makeSide('down', score, {
    scoreFrozen: frozen,
    levelFrozen: levelOfScore(frozen),
    ...look.side,
  });
  if (look.calm) delete down.criticalShockFraction;
  return makeReading({
    at,
    down,
    levelCap,
    coverage: {
      venuesExpected: 3,
      venuesFresh: coverage < 1 ? 2 : 3,
      missing: coverage < 1 ? [{ source: 'bybit', wanted: 'market', reason: 'timeout' }] : [],
      oldestAgeMs: 40_000,
      fraction: coverage,
    },
    eligibility: eligible
      ? { eligible: true, reasons: [] }
      : { eligible: false, reasons: ['one venue only'] },
  });
}

/** One state machine under a clock of its own; counts versions as the store does. */
export class AlertMachine {
  readonly policy: AlertPolicy;
  readonly decisions: Decision[] = [];
  readonly reasons: string[] = [];
  /** As where a platform can edit messages. */
  readonly updates: boolean;
  state: AlertState;
  now = START_AT;

  constructor(
    ruleKey: RuleKey = 'level:high',
    policy: Partial<AlertPolicy> = {},
    updates: boolean = false,
  ) {
    this.updates = updates;
    this.policy = { ...DEFAULT_ALERT_POLICY, ...policy };
    this.state = initialState(ruleKey, assetId('ETH'), 'down');
  }

  /** A tick after `minutes`; a number is a plain score, undefined is no reading. */
  step(look: Look | number | undefined, minutes = 1): Decision {
    this.now += minutes * MINUTE_MS;
    const full = typeof look === 'number' ? { score: look } : look;
    return this.decideOn(full === undefined ? undefined : lookAt(full, this.now));
  }

  steps(look: Look | number | undefined, count: number, minutes = 1): Decision[] {
    return Array.from({ length: count }, () => this.step(look, minutes));
  }

  decideOn(reading: Reading | undefined): Decision {
    const { state, now, policy, updates } = this;
    const rule = parseRuleKey(state.ruleKey);
    const decision = decide({ state, rule, reading, now, policy, updates });
    const changed = decision.next !== state;
    this.state = changed ? { ...decision.next, version: state.version + 1 } : state;
    this.decisions.push(decision);
    this.reasons.push(decision.reason);
    return decision;
  }

  /** As after a stop of the program: only what was saved is left. */
  restart(): void {
    this.state = JSON.parse(JSON.stringify(this.state));
  }
}
