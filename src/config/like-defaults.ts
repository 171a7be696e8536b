import { z } from 'zod';

/**
 * A schema with the shape of `defaults`, every part optional and filled from them: numbers must be
 * finite and not negative, lists keep their element type, unknown keys are refused. Lets the pure
 * core own its settings while the configuration file may change any of them.
 */
export function likeDefaults<T extends object>(defaults: T): z.ZodType<T, unknown> {
  return objectLike(defaults) as unknown as z.ZodType<T, unknown>;
}

function objectLike(defaults: object): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, value] of Object.entries(defaults)) shape[key] = valueLike(value);
  return z.strictObject(shape).prefault({});
}

function valueLike(value: unknown): z.ZodType {
  if (typeof value === 'number') return z.number().min(0).default(value);
  if (typeof value === 'boolean') return z.boolean().default(value);
  if (typeof value === 'string') return z.string().default(value);
  if (Array.isArray(value)) return z.array(elementLike(value[0])).min(1).default(value);
  if (typeof value === 'object' && value !== null) return objectLike(value);
  throw new TypeError(`no schema for a default of type ${typeof value}`);
}

function elementLike(sample: unknown): z.ZodType {
  if (typeof sample === 'number') return z.number().min(0);
  if (typeof sample === 'string') return z.string();
  if (typeof sample === 'object' && sample !== null && !Array.isArray(sample)) {
    const shape: Record<string, z.ZodType> = {};
    for (const [key, value] of Object.entries(sample)) shape[key] = elementLike(value);
    return z.strictObject(shape);
  }
  throw new TypeError('a default list must not be empty and must hold numbers, texts or records');
}
