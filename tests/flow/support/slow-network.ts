import type { Platform } from '../../../src/bot/platforms/platform.ts';
import type { Random } from '../../../src/ports.ts';
import type { WaitingClock } from './waiting-clock.ts';

/** Virtual ms on the way to a platform and back, at least and at most. */
export interface Latency {
  there: readonly [number, number];
  back: readonly [number, number];
}

/** Sending takes virtual time on its way; the request itself, over real HTTP, takes none. */
export function overSlowNetwork(
  platform: Platform,
  clock: WaitingClock,
  random: Random,
  { there, back }: Latency,
): Platform {
  const between = ([least, most]: readonly [number, number]) => least + random() * (most - least);
  return {
    ...platform,
    async send(message, signal) {
      await clock.sleep(between(there));
      const outcome = await clock.during(() => platform.send(message, signal));
      await clock.sleep(between(back));
      return outcome;
    },
  };
}
