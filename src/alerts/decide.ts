import type { AssetId, Side } from '../signals/model/ids.ts';
import type { Reading } from '../signals/model/reading.ts';
import { decideBlind } from './decide-blind.ts';
import { decideOpen } from './decide-open.ts';
import { decideQuiet } from './decide-quiet.ts';
import type { Decision, DecisionInput } from './decision.ts';
import type { AlertState, RuleKey } from './model.ts';

/** The state of a rule that has never been looked at. */
export function initialState(ruleKey: RuleKey, asset: AssetId, side: Side): AlertState {
  return { ruleKey, asset, side, version: 0, lastReadingAt: 0, enterCount: 0 };
}

/**
 * One step of the alert state machine of one rule, asset and side. Pure: the same input gives the
 * same decision, and nothing given is changed.
 *
 * - Up at once, on market figures only: what missing data adds to a score raises nothing.
 * - Down one level at a time, only by usable readings with enough coverage, after holds; the last
 *   step below the rule is the all-clear. Missing data never lowers or clears anything.
 * - An asset that is not eligible raises and escalates nothing. Its open incident goes on (repeats,
 *   step-downs by fresh data) and is closed, with a notice that says so, after `retireAfterHours`
 *   of never being eligible.
 * - Without a usable reading for `blindAfterMs` an open incident is told as blind once, and as
 *   sighted once when readings are back; after `retireAfterHours` it is closed with a last notice
 *   that is no all-clear. The hold counts from the first decision that missed the reading, not from
 *   the last reading, so that a restart after a long stop is not mistaken for an outage.
 * - Where messages can be edited, figures that moved are told as an update: never of an asset that is
 *   not eligible, never what missing data adds, never a higher level, and without any effect on what
 *   is decided later.
 * - A reading already decided on changes nothing.
 * - Times stored by a clock that was ahead of the present one never hold a warning back.
 */
export function decide(input: DecisionInput): Decision {
  const { state, reading, now } = input;
  if (!isUsable(reading, input)) {
    return state.incident === undefined
      ? { reason: 'no-reading', next: state }
      : decideBlind(state, state.incident, now, input.policy);
  }
  if (isKnown(reading, input)) return { reason: 'same-reading', next: state };
  const sighted = { ...input, reading };
  return state.incident === undefined
    ? decideQuiet(sighted)
    : decideOpen({ ...sighted, incident: state.incident });
}

/** Decided on already. A last reading that lies in the future was stamped by a clock since set right. */
function isKnown(reading: Reading, { state, now }: DecisionInput): boolean {
  const { lastReadingAt } = state;
  return reading.at === lastReadingAt || (reading.at < lastReadingAt && lastReadingAt <= now);
}

/** Recent, and at least something in it is fresh. */
function isUsable(
  reading: Reading | undefined,
  { now, policy }: DecisionInput,
): reading is Reading {
  return (
    reading !== undefined &&
    now - reading.at <= policy.readingTtlMs &&
    reading.coverage.fraction > 0
  );
}
