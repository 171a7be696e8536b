import { readFileSync } from 'node:fs';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { ExitError } from '../errors.ts';
import { contradictions } from './consistency.ts';
import { ENVIRONMENT, type Environment, readEnvironment, readFailure } from './environment.ts';
import { isHttpUrl } from './http-url.ts';
import { isRecord, type Layer, mergeLayers, setAt } from './layers.ts';
import { type Config, configSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

export interface LoadedConfig {
  config: Config;
  /** Prefix of every source's base URL, from SOURCES_BASE_URL. */
  sourcesBaseUrl?: string;
  /** Values that must never be written anywhere. */
  secrets: string[];
  /** Of the chat platforms that are switched on, which having a token does. */
  tokens: { discord?: string; telegram?: string };
}

interface LoadOptions {
  environment: Environment;
  /** Ids that may appear under `sources` and `lending`. */
  knownSources: readonly string[];
  knownLending: readonly string[];
}

const DEFAULT_FILE = new URL('../../config/default.yaml', import.meta.url);
/** Shorter ones would turn ordinary words of a log line into `[secret]`. */
const SHORTEST_SECRET = 8;

/**
 * Environment beats file beats defaults.
 * Throws ExitError 78 that lists every problem at once, each naming its place and never a secret.
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { values, problems } = readEnvironment(options.environment);
  const file = values.get('CONFIG_FILE');
  const fromEnvironment = environmentLayer(values, problems);
  const merged = [
    parseYaml(readFileSync(DEFAULT_FILE, 'utf8')) as Layer,
    file === undefined ? {} : readConfigFile(file, problems),
    fromEnvironment.layer,
  ].reduce(mergeLayers);

  problems.push(...unknownIds('sources', merged, options.knownSources));
  problems.push(...unknownIds('lending', merged, options.knownLending));
  const parsed = configSchema.safeParse(
    onlyKnown(onlyKnown(merged, 'sources', options.knownSources), 'lending', options.knownLending),
  );
  if (parsed.success) problems.push(...contradictions(parsed.data));
  else problems.push(...schemaProblems(parsed.error, fromEnvironment.used));

  const sourcesBaseUrl = values.get('SOURCES_BASE_URL')?.replace(/\/+$/, '');
  if (sourcesBaseUrl !== undefined && !isHttpUrl(sourcesBaseUrl)) {
    problems.push('SOURCES_BASE_URL: must be an http(s) URL');
  }
  const tokens = tokensOf(values, problems);
  if (problems.length > 0 || !parsed.success) throw configurationError(problems);
  return {
    config: parsed.data,
    ...(sourcesBaseUrl === undefined ? {} : { sourcesBaseUrl }),
    secrets: secretsOf(parsed.data, values),
    tokens,
  };
}

const TOKENS = { discord: 'DISCORD_TOKEN', telegram: 'TELEGRAM_TOKEN' } as const;

/** A token that cannot be one is told at once; whether it is right only its platform can say. */
function tokensOf(values: ReadonlyMap<string, string>, problems: string[]): LoadedConfig['tokens'] {
  const tokens: LoadedConfig['tokens'] = {};
  for (const platform of ['discord', 'telegram'] as const) {
    const name = TOKENS[platform];
    const token = values.get(name);
    if (token === undefined) continue;
    if (/^[\x21-\x7e]+$/.test(token)) tokens[platform] = token;
    else problems.push(`${name}: holds spaces or other characters no token has`);
  }
  return tokens;
}

/** From the environment or the file: a secret is one wherever it was written. */
function secretsOf(config: Config, values: ReadonlyMap<string, string>): string[] {
  const secrets = ENVIRONMENT.flatMap(({ name, secret, path }) =>
    secret && path === undefined ? [values.get(name) ?? ''] : [],
  );
  secrets.push(config.heartbeatUrl ?? '');
  // A plain path is no secret, and a message that hides it helps nobody.
  if (config.database.url.includes('://')) secrets.push(config.database.url);
  return secrets.filter((value) => value.length >= SHORTEST_SECRET);
}

function configurationError(problems: readonly string[]): ExitError {
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  const noun = problems.length === 1 ? 'problem' : 'problems';
  return new ExitError(78, `the configuration has ${problems.length} ${noun}:\n${list}`);
}

function readConfigFile(path: string, problems: string[]): Layer {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`CONFIG_FILE: cannot read ${path} (${readFailure(error)})`);
    return {};
  }
  try {
    const value: unknown = parseYaml(text) ?? {};
    if (isRecord(value)) return value;
    problems.push(`CONFIG_FILE: ${path} must hold a mapping at its top level`);
  } catch (error) {
    problems.push(`CONFIG_FILE: ${path} is not valid YAML: ${yamlProblem(error)}`);
  }
  return {};
}

/** The first line says what and where; the next ones repeat the text, which may hold a secret. */
function yamlProblem(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return 'an alias has no anchor, or too many of them';
  return (error.message.split('\n')[0] ?? '').replace(/:$/, '');
}

function environmentLayer(
  values: ReadonlyMap<string, string>,
  problems: string[],
): { layer: Layer; used: ReadonlySet<string> } {
  const used = new Set<string>();
  const layer: Record<string, unknown> = {};
  for (const { name, path, type } of ENVIRONMENT) {
    const text = values.get(name);
    if (text === undefined || path === undefined) continue;
    if (type === 'port' && !/^\d{1,5}$/.test(text)) {
      problems.push(`${name}: must be a port number`);
      continue;
    }
    setAt(layer, path, type === 'port' ? Number(text) : text);
    used.add(name);
  }
  return { layer, used };
}

function unknownIds(section: string, merged: Layer, known: readonly string[]): string[] {
  const given = merged[section];
  return Object.keys(isRecord(given) ? given : {})
    .filter((id) => !known.includes(id))
    .map((id) => `${section}.${id}: no such source; there is ${known.join(', ')}`);
}

/** Without unknown sources: what else is wrong inside of them is beside the point. */
function onlyKnown(merged: Layer, section: string, known: readonly string[]): Layer {
  const given = merged[section];
  if (!isRecord(given)) return merged;
  const kept = Object.entries(given).filter(([id]) => known.includes(id));
  return { ...merged, [section]: Object.fromEntries(kept) };
}
