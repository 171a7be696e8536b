/**
 * Reads the input of `simulate`. By hand rather than with zod: a scenario may hold a million
 * triggers, which should go straight into typed arrays, and the first bad figure ends it anyway.
 */
import { ExitError } from '../errors.ts';
import { isScorable } from '../signals/cascade/impact.ts';
import type { TriggerUnits } from '../signals/model/profile.ts';
import type { ImpactParams } from '../signals/model/reading.ts';

export interface SimulateInput {
  units: TriggerUnits;
  impact: ImpactParams;
  /** Log-price units. */
  shocks: number[];
  /** Forced move from which on a cascade counts, log-price units, > 0. */
  kappa: number;
}

const DEFAULT_KAPPA_DISTANCE = 0.01;

type JsonObject = Record<string, unknown>;

/** Bad input data: exit code 65, the field first. */
export function badInput(field: string, problem: string): ExitError {
  return new ExitError(65, `simulate: ${field}: ${problem}`, { context: { field } });
}

/**
 * Every field but `kappa` is required; unknown fields are ignored. Figures are finite numbers >= 0,
 * kappa > 0 (at 0 every unit would be critical). Throws ExitError 65 naming the first bad field.
 */
export function parseSimulateInput(text: string): SimulateInput {
  const input = asObject(parseJson(text), 'input');
  const units = readTriggers(asArray(input['triggers'], 'triggers'));
  const impact = readImpact(asObject(input['impact'], 'impact'));
  const shocks = asArray(input['shocks'], 'shocks').map((shock, i) =>
    asFigure(shock, `shocks[${i}]`),
  );
  // Only an absent kappa takes the default: null is a figure somebody failed to compute.
  const kappa =
    input['kappa'] === undefined ? DEFAULT_KAPPA_DISTANCE : asFigure(input['kappa'], 'kappa');
  if (kappa === 0) throw badInput('kappa', 'must be greater than 0');
  return { units, impact, shocks, kappa };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExitError(65, 'simulate: stdin is not valid JSON', { cause });
  }
}

function readTriggers(triggers: readonly unknown[]): TriggerUnits {
  const distances = new Float64Array(triggers.length);
  const usd = new Float64Array(triggers.length);
  for (const [i, value] of triggers.entries()) {
    const trigger = asObject(value, `triggers[${i}]`);
    distances[i] = asFigure(trigger['distance'], `triggers[${i}].distance`);
    usd[i] = asFigure(trigger['usd'], `triggers[${i}].usd`);
  }
  return { distances, usd };
}

function readImpact(impact: JsonObject): ImpactParams {
  const params: ImpactParams = {
    depthUsdPerUnit: asFigure(impact['depthUsdPerUnit'], 'impact.depthUsdPerUnit'),
    latentUsdPerUnit2: asFigure(impact['latentUsdPerUnit2'], 'impact.latentUsdPerUnit2'),
  };
  if (!isScorable(params)) {
    throw badInput(
      'impact',
      'depthUsdPerUnit and latentUsdPerUnit2 are both 0: nothing to measure against',
    );
  }
  return params;
}

function asFigure(value: unknown, field: string): number {
  if (value === undefined) throw badInput(field, 'is missing');
  if (typeof value !== 'number') throw badInput(field, `must be a number, is ${kindOf(value)}`);
  if (!Number.isFinite(value)) throw badInput(field, 'must be finite');
  if (value < 0) throw badInput(field, `must not be negative, is ${value}`);
  return value;
}

function asArray(value: unknown, field: string): unknown[] {
  if (value === undefined) throw badInput(field, 'is missing');
  if (!Array.isArray(value)) throw badInput(field, `must be an array, is ${kindOf(value)}`);
  return value;
}

function asObject(value: unknown, field: string): JsonObject {
  if (value === undefined) throw badInput(field, 'is missing');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badInput(field, `must be an object, is ${kindOf(value)}`);
  }
  return value as JsonObject;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
