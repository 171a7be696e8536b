import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

export interface SettingRow {
  /** `sources.bybit.enabled` */
  path: string;
  /** The default as YAML would take it; empty when there is none. */
  value: string;
  type: string;
  summary: string;
}

/** Longer defaults are counted instead of shown. */
const LONGEST_VALUE = 60;

/** One row per setting, in the schema's order; `defaults` holds the values of the default file. */
export function settingRows(schema: Schema, defaults: unknown): SettingRow[] {
  const rows: SettingRow[] = [];
  collect(schema, defaults, '', rows);
  return rows;
}

export function valueAtPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce(valueAt, value);
}

function collect(schema: Schema, value: unknown, path: string, rows: SettingRow[]): void {
  const entries = Object.entries(schema.properties ?? {});
  for (const [key, inner] of entries) {
    if (typeof inner === 'boolean') continue;
    collect(
      inner,
      valueAt(value, key) ?? inner.default,
      path === '' ? key : `${path}.${key}`,
      rows,
    );
  }
  if (entries.length > 0) return;
  if (typeof schema.additionalProperties === 'object') {
    for (const key of Object.keys(asRecord(value))) {
      collect(schema.additionalProperties, valueAt(value, key), `${path}.${key}`, rows);
    }
    return;
  }
  rows.push({
    path,
    value: shown(value ?? schema.default),
    type: typeOf(schema),
    summary: schema.description ?? '',
  });
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  const text = JSON.stringify(value).replaceAll(',', ', ').replaceAll('"', '');
  return text.length > LONGEST_VALUE && Array.isArray(value) ? `${value.length} entries` : text;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join(', ');
  if (schema.type === 'array') {
    const { items } = schema;
    return `list of ${typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'values'}`;
  }
  if (schema.type === 'string') return 'text';
  if (schema.type === 'boolean') return 'true or false';
  const { minimum, exclusiveMinimum, maximum } = schema;
  const bounds = [
    minimum === undefined || minimum < -1e12 ? '' : `from ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined || maximum > 1e12 ? '' : `to ${maximum}`,
  ];
  const kind = schema.type === 'integer' ? 'whole number' : String(schema.type ?? 'value');
  return [kind, ...bounds].filter((part) => part !== '').join(' ');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function valueAt(value: unknown, key: string): unknown {
  return asRecord(value)[key];
}
