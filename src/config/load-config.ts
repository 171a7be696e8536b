import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { ExitError } from '../errors.ts';
import { ENVIRONMENT, type Environment, readEnvironment } from './environment.ts';
import { type Config, configSchema } from './schema.ts';

export interface LoadedConfig {
  config: Config;
  /** Prefix of every source's base URL, from SOURCES_BASE_URL. */
  sourcesBaseUrl?: string;
  /** Values that must never be written anywhere. */
  secrets: string[];
  /** Set variables that this version does not act on, for one warning at start. */
  unusedVariables: string[];
}

interface LoadOptions {
  environment: Environment;
  /** Ids that may appear under `sources` and `lending`. */
  knownSources: readonly string[];
  knownLending: readonly string[];
}

const DEFAULT_FILE = new URL('../../config/default.yaml', import.meta.url);

/**
 * Environment beats file beats defaults.
 * Throws ExitError 78 that lists every problem at once, each naming its place and never a secret.
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { values, problems } = readEnvironment(options.environment);
  const file = values.get('CONFIG_FILE');
  const layers: unknown[] = [parseYaml(readFileSync(DEFAULT_FILE, 'utf8'))];
  if (file !== undefined) layers.push(readConfigFile(file, problems));
  layers.push(environmentLayer(values, problems));
  const merged = layers.reduce((base, layer) => mergeLayers(base, layer), {});

  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push(`${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    }
  } else {
    problems.push(...unknownIds('sources', parsed.data.sources, options.knownSources));
    problems.push(...unknownIds('lending', parsed.data.lending, options.knownLending));
  }
  const sourcesBaseUrl = values.get('SOURCES_BASE_URL');
  if (sourcesBaseUrl !== undefined && !/^https?:\/\/[^/]/.test(sourcesBaseUrl)) {
    problems.push('SOURCES_BASE_URL: must be an http(s) URL');
  }
  if (problems.length > 0 || !parsed.success) throw configurationError(problems);
  return {
    config: parsed.data,
    ...(sourcesBaseUrl === undefined ? {} : { sourcesBaseUrl: sourcesBaseUrl.replace(/\/+$/, '') }),
    secrets: ENVIRONMENT.filter((variable) => variable.secret)
      .map((variable) => values.get(variable.name) ?? '')
      .filter((value) => value.length >= 8),
    unusedVariables: ['DISCORD_TOKEN', 'TELEGRAM_TOKEN'].filter((name) => values.has(name)),
  };
}

function configurationError(problems: readonly string[]): ExitError {
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  const noun = problems.length === 1 ? 'problem' : 'problems';
  return new ExitError(78, `the configuration has ${problems.length} ${noun}:\n${list}`);
}

function readConfigFile(path: string, problems: string[]): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    problems.push(`CONFIG_FILE: cannot read ${path}`);
    return {};
  }
  try {
    const value: unknown = parseYaml(text) ?? {};
    if (isRecord(value)) return value;
    problems.push(`CONFIG_FILE: ${path} must hold a mapping at its top level`);
  } catch (error) {
    const line = error instanceof Error ? error.message.split('\n')[0] : 'not YAML';
    problems.push(`CONFIG_FILE: ${path} is not valid YAML: ${line}`);
  }
  return {};
}

function environmentLayer(values: ReadonlyMap<string, string>, problems: string[]): unknown {
  const layer: Record<string, unknown> = {};
  for (const { name, path, type } of ENVIRONMENT) {
    const text = values.get(name);
    if (text === undefined || path === undefined) continue;
    if (type === 'port' && !/^\d{1,5}$/.test(text)) {
      problems.push(`${name}: must be a port number`);
      continue;
    }
    setAt(layer, path, type === 'port' ? Number(text) : text);
  }
  return layer;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = isRecord(target[head]) ? target[head] : {};
  target[head] = inner;
  setAt(inner, rest, value);
}

/** Mappings merge key by key; everything else (lists too) is replaced. */
function mergeLayers(base: unknown, layer: unknown): unknown {
  if (!isRecord(base) || !isRecord(layer)) return layer;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(layer)) {
    merged[key] = key in merged ? mergeLayers(merged[key], value) : value;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownIds(
  section: string,
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
): string[] {
  return Object.keys(given)
    .filter((id) => !known.includes(id))
    .map((id) => `${section}.${id}: no such source; there is ${known.join(', ')}`);
}
