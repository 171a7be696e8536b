import type { Decision } from './decision.ts';
import { close, tell } from './incident.ts';
import type { AlertState, Incident } from './model.ts';
import { type AlertPolicy, retireAfterMs } from './policy.ts';

/** An incident is open and there is no usable reading: it is held, told as blind, given up. */
export function decideBlind(
  state: AlertState,
  incident: Incident,
  now: number,
  policy: AlertPolicy,
): Decision {
  const { level, blindSince, missingSince } = incident;
  if (blindSince !== undefined) {
    if (now - blindSince < retireAfterMs(policy)) return { reason: 'still-blind', next: state };
    const telling = { kind: 'blind', level, closed: 'no-data' } as const;
    return close(state, incident, now, { reason: 'closed-no-data', ...telling });
  }
  if (missingSince === undefined) {
    const { clearSince: _broken, ...rest } = incident;
    // Readings below the line must be consecutive: a missing one breaks the row.
    const held: Incident = { ...rest, clearCount: 0, missingSince: now };
    return { reason: 'missing-held', next: { ...state, incident: held } };
  }
  if (now - missingSince < policy.blindAfterMs) return { reason: 'missing-held', next: state };
  const blind: Incident = { ...incident, blindSince: missingSince };
  return tell(state, blind, now, { reason: 'went-blind', kind: 'blind', level });
}
