import type { LoadedConfig } from './config/load-config.ts';
import { createSourceRuntime, type SourceRuntime } from './pipeline/source-runtime.ts';
import type { Clock, Logger, Random } from './ports.ts';
import { EXCHANGES } from './sources/exchanges.gen.ts';
import type { SourceAdapter } from './sources/kit/define.ts';
import type { HttpLimits } from './sources/kit/http.ts';
import { LENDING } from './sources/lending.gen.ts';

export const ALL_SOURCES: readonly SourceAdapter[] = [...EXCHANGES, ...LENDING];

/** Ids the configuration may name. */
export const KNOWN_SOURCE_IDS = {
  knownSources: EXCHANGES.map((adapter) => adapter.id),
  knownLending: LENDING.map((adapter) => adapter.id),
};

interface Tools {
  clock: Clock;
  log: Logger;
  random: Random;
  signal: AbortSignal;
  httpLimits?: Partial<HttpLimits>;
}

/**
 * The sources that are switched on, each with its base URL: its own from the configuration, or
 * `<SOURCES_BASE_URL>/<id>`, or the venue's.
 */
export function configuredSources(
  loaded: LoadedConfig,
  tools: Tools,
): { sources: SourceRuntime[]; disabled: { id: string; title: string }[] } {
  const sources: SourceRuntime[] = [];
  const disabled: { id: string; title: string }[] = [];
  for (const adapter of ALL_SOURCES) {
    const { id, title } = adapter;
    const own = adapter.kind === 'exchange' ? loaded.config.sources[id] : loaded.config.lending[id];
    if (own === undefined || !own.enabled) {
      disabled.push({ id, title });
      continue;
    }
    const shared =
      loaded.sourcesBaseUrl === undefined ? undefined : `${loaded.sourcesBaseUrl}/${id}`;
    const baseUrl = own.baseUrl ?? shared;
    sources.push(
      createSourceRuntime({
        adapter,
        periodSeconds: own.periodSeconds,
        ...(baseUrl === undefined ? {} : { baseUrl }),
        settings: own,
        ...tools,
      }),
    );
  }
  return { sources, disabled };
}
