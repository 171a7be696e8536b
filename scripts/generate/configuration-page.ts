import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT } from '../../src/config/environment.ts';
import { configSchema } from '../../src/config/schema.ts';
import { generatedNote, markdownTable } from './markdown-table.ts';

interface JsonSchema {
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

type Row = [key: string, value: string, type: string, summary: string];

/** docs/configuration.md: every environment variable and every setting with its default. */
export function configurationPage(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const defaults: unknown = parse(readFileSync('config/default.yaml', 'utf8'));
  const rows: Row[] = [];
  collect(schema as JsonSchema, defaults, '', rows);
  return `${generatedNote('src/config/ and config/default.yaml')}
# Configuration

Environment beats the file named by \`CONFIG_FILE\` beats the defaults. The file is YAML and holds only
what differs; an unknown key is an error. All problems are listed at once and the exit code is 78.

## Environment

Each variable can also be given as a file: \`NAME_FILE\` holds its path. *Secret* ones never appear in a
log, an error or a message.

${markdownTable(
  ['variable', 'setting', 'secret', 'meaning'],
  ENVIRONMENT.map(({ name, path, secret, summary }) => [
    `\`${name}\``,
    path === undefined ? '' : `\`${path.join('.')}\``,
    secret ? 'yes' : '',
    summary,
  ]),
)}

## Settings

Settings under \`alerts\`, \`observe\`, \`profile\` and \`score\` steer the model; their meaning stands with
their types in \`src/alerts/policy.ts\` and \`src/signals/*/settings.ts\`.

${markdownTable(['setting', 'default', 'type', 'meaning'], rows)}
`;
}

/** .env.example: every variable, switched off. */
export function environmentExample(): string {
  const lines = ENVIRONMENT.flatMap(({ name, summary }) => [`# ${summary}`, `#${name}=`, '']);
  return ['# Settings from the environment; see docs/configuration.md.', '', ...lines].join('\n');
}

function collect(schema: JsonSchema, value: unknown, path: string, rows: Row[]): void {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length > 0) {
    for (const [key, inner] of entries) {
      collect(inner, valueAt(value, key) ?? inner.default, path ? `${path}.${key}` : key, rows);
    }
    return;
  }
  if (typeof schema.additionalProperties === 'object') {
    for (const key of Object.keys(asRecord(value))) {
      collect(schema.additionalProperties, valueAt(value, key), `${path}.${key}`, rows);
    }
    return;
  }
  const shown = value ?? schema.default;
  const text = shown === undefined ? '' : `\`${JSON.stringify(shown)}\``;
  rows.push([`\`${path}\``, text, typeOf(schema), schema.description ?? '']);
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join(', ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum;
  const bounds = [
    low === undefined || low < -1e12 ? '' : `from ${low}`,
    high === undefined || high > 1e12 ? '' : `to ${high}`,
  ];
  return [schema.type ?? 'value', ...bounds].filter((part) => part !== '').join(' ');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function valueAt(value: unknown, key: string): unknown {
  return asRecord(value)[key];
}
