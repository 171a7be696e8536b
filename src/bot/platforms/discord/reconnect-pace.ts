import type { Clock, Random } from '../../../ports.ts';
import { type GatewayTiming, growingWait } from './gateway-timing.ts';

/** When a shard may connect again. The library alone would try twice a second for ever. */
export interface ReconnectPace {
  /** ms to wait before this connection of the shard; counts it. */
  next(shardId: number): number;
  up(shardId: number): void;
  down(shardId: number): void;
}

/** The first reconnection is at once, so that a dropped session is resumed. */
const AT_ONCE = 2;

interface Shard {
  /** Since it was last steady. */
  connects: number;
  upSince?: number;
}

export function createReconnectPace(
  clock: Clock,
  random: Random,
  timing: Pick<GatewayTiming, 'firstWaitMs' | 'mostReconnectWaitMs' | 'steadyAfterMs'>,
): ReconnectPace {
  const shards = new Map<number, Shard>();
  const range = { firstMs: timing.firstWaitMs, mostMs: timing.mostReconnectWaitMs };

  function shardOf(id: number): Shard {
    const found = shards.get(id);
    if (found !== undefined) return found;
    const created: Shard = { connects: 0 };
    shards.set(id, created);
    return created;
  }

  return {
    next(shardId) {
      const shard = shardOf(shardId);
      shard.connects += 1;
      if (shard.connects <= AT_ONCE) return 0;
      return growingWait(shard.connects - AT_ONCE - 1, range, random);
    },
    up(shardId) {
      shardOf(shardId).upSince = clock.now();
    },
    down(shardId) {
      const shard = shardOf(shardId);
      const { upSince } = shard;
      delete shard.upSince;
      if (upSince === undefined || clock.now() - upSince < timing.steadyAfterMs) return;
      shard.connects = 1;
    },
  };
}
