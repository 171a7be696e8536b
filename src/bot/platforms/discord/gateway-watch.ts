import type { GatewayTiming } from './gateway-timing.ts';

/** What the watchdog sees of the connection. */
export interface GatewayPulse {
  isReady: boolean;
  /** Anything that changes with every heartbeat answered, by shard. */
  beats: ReadonlyMap<number, number>;
}

/**
 * Says why a connection has to be given up, if it has. Counts looks instead of comparing times: a
 * clock that was set forward is no silence.
 */
export function createGatewayWatch(
  timing: Pick<GatewayTiming, 'checkEveryMs' | 'notReadyAfterMs' | 'silentAfterMs'>,
): (pulse: GatewayPulse) => string | undefined {
  let looksNotReady = 0;
  const shards = new Map<number, { beat: number; looksUnchanged: number }>();

  return ({ isReady, beats }) => {
    looksNotReady = isReady ? 0 : looksNotReady + 1;
    if (looksNotReady * timing.checkEveryMs >= timing.notReadyAfterMs) {
      return 'no connection came about in time';
    }
    if (!isReady) shards.clear();
    for (const [id, beat] of isReady ? beats : []) {
      const before = shards.get(id);
      const looksUnchanged = before?.beat === beat ? before.looksUnchanged + 1 : 0;
      shards.set(id, { beat, looksUnchanged });
      if (looksUnchanged * timing.checkEveryMs >= timing.silentAfterMs) {
        return 'the connection has fallen silent';
      }
    }
    return undefined;
  };
}
