/**
 * The cascade as a simulator plays it, kept slow and obvious: sell what is within reach, let the
 * price move by the impact of everything sold so far, look again, until nothing new is reached.
 * Shares no code with the engine; even the impact is found by bisection of the liquidity curve.
 */

export interface ReferenceUnit {
  /** Log-price units. */
  distance: number;
  usd: number;
}

export interface ReferenceImpact {
  depthUsdPerUnit: number;
  latentUsdPerUnit2: number;
}

export interface ReferenceEnd {
  /** Log-price units, the shock included. */
  endDistance: number;
  forcedUsd: number;
  /** By index of the input. */
  hit: boolean[];
  /** Forced move alone, log-price units. */
  addedDistance: number;
}

export function roundByRound(
  units: readonly ReferenceUnit[],
  impact: ReferenceImpact,
  shock: number,
): ReferenceEnd {
  const hit = units.map(() => false);
  let forcedUsd = 0;
  let addedDistance = 0;
  for (;;) {
    const endDistance = shock + addedDistance;
    let isNew = false;
    for (const [i, unit] of units.entries()) {
      if (hit[i] === true || unit.distance > endDistance) continue;
      hit[i] = true;
      forcedUsd += unit.usd;
      isNew = true;
    }
    if (!isNew) return { endDistance, forcedUsd, hit, addedDistance };
    addedDistance = bisectImpact(impact, forcedUsd);
  }
}

/** The move over which d * x + v * x^2 USD are supplied. */
function bisectImpact(impact: ReferenceImpact, usd: number): number {
  if (usd === 0) return 0;
  const supplied = (x: number) => impact.depthUsdPerUnit * x + impact.latentUsdPerUnit2 * x * x;
  let high = 1;
  while (supplied(high) < usd) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return high;
    if (supplied(middle) < usd) low = middle;
    else high = middle;
  }
}
