import { createMarketClock, probeMarketClock } from './market-clock.ts';
import type { Clock, Logger } from './ports.ts';
import { createRealClock } from './real-clock.ts';

export interface ChosenClock {
  clock: Clock;
  /** Which driver of the job table goes with it. */
  driver: 'cron' | 'clock';
}

/** The sources' own clock when they serve one (the simulated market does), else the machine's. */
export async function chooseClock(
  sourcesBaseUrl: string | undefined,
  log: Logger,
  signal: AbortSignal,
): Promise<ChosenClock> {
  if (sourcesBaseUrl !== undefined && (await probeMarketClock(sourcesBaseUrl))) {
    log.info({}, 'the sources serve a clock: time is theirs');
    return { clock: await createMarketClock({ url: sourcesBaseUrl, signal }), driver: 'clock' };
  }
  return { clock: createRealClock(), driver: 'cron' };
}
