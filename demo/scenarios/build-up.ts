import type { Forcing } from './scenario.ts';
import { CALM, HOUR_MS, MINUTE_MS, ramp } from './scenario.ts';

/** Times of the story all crash scenarios tell, after its start. */
export const STORY = {
  /** Optimism grows for days before the story begins: funding and positions are above normal by then. */
  preludeFromMs: -5 * 24 * HOUR_MS,
  buildFromMs: 15 * MINUTE_MS,
  /** From here on the price slips back a little: the crowd is in, nobody is left to buy. */
  slipFromMs: 105 * MINUTE_MS,
  buildToMs: 110 * MINUTE_MS,
  shockAtMs: 135 * MINUTE_MS,
  shockLengthMs: 4 * MINUTE_MS,
  /** The crowd has given up its new leverage and the makers are back. */
  calmAtMs: 205 * MINUTE_MS,
  lengthMs: 8 * HOUR_MS,
} as const;

/** How far an asset takes part: 1 is the centre of the story. */
export interface Role {
  /** Extra appetite when the story begins, as a fraction of the usual positions. */
  preludeAppetite: number;
  /** The same at the top. */
  extraAppetite: number;
  /** Log price per hour while leverage builds; positive in the direction of the crowd. */
  driftPerHour: number;
  /** Log price per hour against the crowd, from the top until the news. */
  slipPerHour: number;
  /** Share of the resting orders that is gone at the top. */
  depthLoss: number;
  /** New loans near their threshold, USD of debt an hour. */
  loopingUsdPerHour: number;
}

/**
 * Leverage builds on one side, the price drifts that way on thinning books; after the shock the
 * crowd's appetite is below normal and recovers only slowly.
 */
export function buildUpForcing(role: Role, crowd: 'long' | 'short', elapsedMs: number): Forcing {
  const built = ramp(elapsedMs, STORY.buildFromMs, STORY.buildToMs);
  const over = ramp(elapsedMs, STORY.shockAtMs + STORY.shockLengthMs, STORY.calmAtMs);
  const building = built > 0 && built < 1;
  const direction = crowd === 'long' ? 1 : -1;
  const prelude = ramp(elapsedMs, STORY.preludeFromMs, 0);
  const extra = role.preludeAppetite * prelude * (1 - built) + role.extraAppetite * built;
  const appetite = over > 0 ? 0.75 + 0.15 * over : 1 + extra;
  const depth = 1 - role.depthLoss * built;
  return {
    ...CALM,
    longAppetite: crowd === 'long' ? appetite : 1,
    shortAppetite: crowd === 'short' ? appetite : 1,
    volatilityFactor: elapsedMs > 0 && elapsedMs < STORY.shockAtMs ? 0.5 : 1,
    leverageTilt: over > 0 ? 0 : 0.5 * built,
    driftPerHour: direction * driftOf(role, elapsedMs),
    depthFactor: depth + (1 - depth) * over,
    loopingUsdPerHour: building ? role.loopingUsdPerHour : 0,
  };
}

function driftOf(role: Role, elapsedMs: number): number {
  if (elapsedMs < STORY.buildFromMs || elapsedMs >= STORY.shockAtMs) return 0;
  return elapsedMs < STORY.slipFromMs ? role.driftPerHour : -role.slipPerHour;
}
