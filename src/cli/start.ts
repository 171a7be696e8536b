import { createApp } from '../app.ts';
import { createConsolePlatform } from '../bot/platforms/console.ts';
import { chooseClock } from '../choose-clock.ts';
import { loadConfig } from '../config/load-config.ts';
import { configuredPlatforms } from '../configured-platforms.ts';
import { configuredSources, KNOWN_SOURCE_IDS } from '../configured-sources.ts';
import { ExitError } from '../errors.ts';
import { createLogger } from '../log.ts';
import type { Logger } from '../ports.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { containChatErrors } from '../stray-errors.ts';
import type { CliCommand } from './command-line.ts';
import { createProgressBar } from './progress-bar.ts';

/** After a stop was asked for, this long is waited before the process ends anyway, ms. */
const STOP_WITHIN_MS = 9_500;

export const startCommand: CliCommand = {
  name: 'start',
  summary: 'Watch the markets and warn the subscribed chats, until stopped',
  positionals: [],
  options: {},
  service: true,
  async run(context) {
    const loaded = loadConfig({ environment: context.environment, ...KNOWN_SOURCE_IDS });
    const { config } = loaded;
    context.hideSecrets(loaded.secrets);
    const log = createLogger({ level: config.logLevel, secrets: loaded.secrets });
    context.containErrors(containChatErrors(log));
    const { signal } = context;
    const { clock, driver } = await chooseClock(loaded.sourcesBaseUrl, log, signal);
    const random = Math.random;
    const { sources, disabled } = configuredSources(loaded, { clock, log, random, signal });
    if (sources.length === 0) {
      throw new ExitError(78, 'no source is enabled: there would be nothing to watch');
    }
    const store = await openWritableStore(config.database.url, log);
    const platforms = await configuredPlatforms(loaded, log, random);
    if (config.console.enabled) {
      const { input, output } = context;
      const { chartsFolder } = config.console;
      platforms.push(createConsolePlatform({ input, output, chartsFolder, clock, log }));
    }
    if (platforms.length === 0) {
      log.warn({}, 'no chat platform is on: nobody can be warned');
    }
    const app = createApp({
      config,
      store,
      sources,
      disabledSources: disabled,
      platforms,
      clock,
      driver,
      log,
      random,
      onBackfill: createProgressBar(process.stderr, 'reading history'),
    });
    const forced = endAnyway(signal);
    try {
      await app.run(signal);
    } finally {
      await store.close();
      clearTimeout(forced());
    }
    log.info({}, 'stopped');
    return 0;
  },
};

/** Where nothing can be written no alert could be kept and no chat remembered: that is no start. */
async function openWritableStore(url: string, log: Logger): Promise<Store> {
  const store = await openStore({ url, log });
  try {
    await store.checkWritable();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A part that does not stop must not keep the process: what it was doing is safe in the store. */
function endAnyway(signal: AbortSignal): () => NodeJS.Timeout | undefined {
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener(
    'abort',
    () => {
      timer = setTimeout(() => process.exit(0), STOP_WITHIN_MS);
      timer.unref();
    },
    { once: true },
  );
  return () => timer;
}
