import type { Platform } from '../bot/platforms/platform.ts';
import { chooseClock } from '../choose-clock.ts';
import { loadConfig } from '../config/load-config.ts';
import { configuredPlatforms } from '../configured-platforms.ts';
import { configuredSources, KNOWN_SOURCE_IDS } from '../configured-sources.ts';
import { describeCause } from '../errors.ts';
import { createLogger } from '../log.ts';
import type { SourceRuntime } from '../pipeline/source-runtime.ts';
import { openStore } from '../store/open-store.ts';
import type { CliCommand, CliContext } from './command-line.ts';

const PLATFORM_ANSWERS_WITHIN_MS = 15_000;

interface Finding {
  /** `configuration`, `database`, `source bybit`, … */
  check: string;
  ok: boolean;
  /** What was seen, for people; log-safe. */
  detail: string;
}

export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'Check configuration, database and every source, and say what is wrong',
  positionals: [],
  options: { json: { summary: 'One JSON line per check' } },
  async run(context, args) {
    const json = args.options['json'] === true;
    // Throws 78 with every problem: the other checks would only guess.
    const loaded = loadConfig({ environment: context.environment, ...KNOWN_SOURCE_IDS });
    context.hideSecrets(loaded.secrets);
    const log = createLogger({ level: 'silent', secrets: loaded.secrets });
    const { clock } = await chooseClock(loaded.sourcesBaseUrl, log, context.signal);
    const { sources, disabled } = configuredSources(loaded, {
      clock,
      log,
      random: Math.random,
      signal: context.signal,
    });
    const platforms = await configuredPlatforms(loaded, log, Math.random);
    const findings: Finding[] = [
      {
        check: 'configuration',
        ok: sources.length > 0,
        detail:
          sources.length > 0
            ? `sources on: ${sources.length}, off: ${disabled.length}`
            : 'no source is enabled',
      },
      await checkDatabase(loaded.config.database.url),
      ...(await Promise.all(sources.map((source) => checkSource(source, context.signal)))),
      ...(await Promise.all(platforms.map((platform) => checkPlatform(platform, context.signal)))),
    ];
    for (const finding of findings) report(context, finding, json);
    return findings.every((finding) => finding.ok) ? 0 : 1;
  },
};

async function checkDatabase(url: string): Promise<Finding> {
  const check = 'database';
  try {
    const store = await openStore({ url });
    try {
      await store.checkWritable();
      const subscriptions = await store.subscriptions.all();
      return { check, ok: true, detail: `writable, ${subscriptions.length} subscriptions` };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { check, ok: false, detail: describeCause(error) };
  }
}

/** One real request with the token: who the bot is and how to invite it, or what is wrong. */
async function checkPlatform(platform: Platform, stop: AbortSignal): Promise<Finding> {
  const check = `platform ${platform.id}`;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PLATFORM_ANSWERS_WITHIN_MS)]);
  const result = await platform.check?.(signal);
  return { check, ok: result?.ok ?? true, detail: result?.detail ?? 'nothing to check' };
}

/** One real fetch: what came, what was dropped, what is missing. */
async function checkSource(source: SourceRuntime, signal: AbortSignal): Promise<Finding> {
  const check = `source ${source.adapter.id}`;
  const job = source.adapter.kind === 'exchange' ? 'market' : 'position';
  const startedAt = performance.now();
  const batch = await source.run(job, [], signal);
  const took = `${Math.round(performance.now() - startedAt)} ms`;
  const gaps = batch.gaps.filter((gap) => gap.reason !== 'unsupported');
  const parts = [`${batch.observations.length} figures from ${batch.rowsSeen} rows in ${took}`];
  if (batch.rowsDropped > 0) {
    parts.push(`${batch.rowsDropped} rows dropped (${batch.dropSamples.slice(0, 2).join('; ')})`);
  }
  if (gaps.length > 0) {
    const [first] = gaps;
    parts.push(`${gaps.length} gaps, first: ${first?.wanted} ${first?.reason}: ${first?.detail}`);
  }
  return {
    check,
    ok: gaps.length === 0 && batch.observations.length > 0,
    detail: parts.join(', '),
  };
}

function report(context: CliContext, finding: Finding, json: boolean): void {
  if (json) context.print(JSON.stringify(finding));
  else context.print(`${finding.ok ? 'ok  ' : 'BAD '} ${finding.check}: ${finding.detail}`);
}
