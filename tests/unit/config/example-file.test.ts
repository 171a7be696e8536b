import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { KNOWN_SOURCE_IDS } from '../../../src/configured-sources.ts';
import { textFile } from './config-files.ts';

const EXAMPLE = new URL('../../../config/example.yaml', import.meta.url).pathname;
const load = (environment: Record<string, string> = {}) =>
  loadConfig({ environment, ...KNOWN_SOURCE_IDS }).config;

describe('config/example.yaml', () => {
  it('loads, and shows every setting at its default', () => {
    expect(load({ CONFIG_FILE: EXAMPLE })).toEqual(load());
  });

  it('says nothing in a comment that would be refused once it is uncommented', async () => {
    const text = readFileSync(EXAMPLE, 'utf8').replaceAll(/^# ([a-zA-Z]+: )/gm, '$1');
    const config = load({ CONFIG_FILE: await textFile(text, 'uncommented.yaml') });
    expect(config.heartbeatUrl).toBe('https://example.com/ping/your-id');
  });

  it('is noticed when one of its values changes', async () => {
    const text = readFileSync(EXAMPLE, 'utf8').replace('days: 30', 'days: 31');
    const config = load({ CONFIG_FILE: await textFile(text, 'changed.yaml') });
    expect(config.backfill.days).toBe(31);
    expect(config).not.toEqual(load());
  });
});
