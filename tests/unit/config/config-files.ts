import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load-config.ts';
import { KNOWN_SOURCE_IDS } from '../../../src/configured-sources.ts';
import { ExitError } from '../../../src/errors.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

const KNOWN = KNOWN_SOURCE_IDS;

export function load(environment: Record<string, string> = {}) {
  return loadConfig({ environment, ...KNOWN });
}

/** A file with this text; its path. */
export async function textFile(text: string, name = 'file'): Promise<string> {
  const path = join(await tempFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** Loads with a configuration file of this text. */
export async function loadYaml(yaml: string, environment: Record<string, string> = {}) {
  return load({ CONFIG_FILE: await textFile(yaml, 'config.yaml'), ...environment });
}

/** The refusal of a configuration: its problems, one a line, and its exit code. */
export async function refusal(work: () => unknown): Promise<{ exitCode: number; text: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ExitError) return { exitCode: error.exitCode, text: error.message };
    throw error;
  }
  throw new Error('the configuration was accepted');
}
