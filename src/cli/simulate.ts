/** The `simulate` command without its input and output: JSON text in, JSON text out. */
import { type Barrier, buildBarrier } from '../signals/cascade/barrier.ts';
import { criticalShock } from '../signals/cascade/critical-shock.ts';
import { effectiveDistances } from '../signals/cascade/effective-distance.ts';
import { solveShock } from '../signals/cascade/end-point.ts';
import { impactDistance } from '../signals/cascade/impact.ts';
import { runaways } from '../signals/cascade/runaways.ts';
import { badInput, parseSimulateInput } from './simulate-input.ts';

/**
 * Solves the cascade described by `stdinText` (docs/interfaces.md, "simulate"): one line of JSON
 * without a line break. Distances, shocks and moves in log-price units, volumes in USD.
 * Throws ExitError 65 naming the field for anything that is not valid input.
 */
export function runSimulate(stdinText: string): string {
  const input = parseSimulateInput(stdinText);
  const barrier = buildBarrier(input.units, input.impact);
  checkSizes(barrier);
  return JSON.stringify({
    results: input.shocks.map((shock, index) => resultOf(barrier, shock, index)),
    effectiveDistances: Array.from(effectiveDistances(barrier)),
    criticalShock: criticalShock(barrier, input.kappa) ?? null,
    runaways: runaways(barrier, input.kappa).map(
      ({ shock, fromDistance, toDistance, forcedUsd }) => ({
        shock,
        fromDistance,
        toDistance,
        forcedUsd,
      }),
    ),
  });
}

function resultOf(barrier: Barrier, shock: number, index: number) {
  const { endDistance, forcedUsd, amplification } = solveShock(barrier, shock);
  if (!Number.isFinite(endDistance) || !Number.isFinite(amplification ?? 0)) {
    throw badInput(`shocks[${index}]`, `${shock} has no finite result`);
  }
  return { shock, endDistance, forcedUsd, amplification: amplification ?? null };
}

/** JSON has no Infinity, and a null in its place would read as "nothing happens". */
function checkSizes(barrier: Barrier): void {
  const totalUsd = barrier.cumulativeUsd.at(-1) ?? 0;
  if (!Number.isFinite(totalUsd)) {
    throw badInput('triggers', 'the usd figures add up to more than a number holds');
  }
  if (!Number.isFinite(impactDistance(barrier.impact, totalUsd))) {
    throw badInput('impact', 'the liquidity is too small to measure the triggers against');
  }
}
