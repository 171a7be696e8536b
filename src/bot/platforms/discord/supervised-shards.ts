import { type IShardingStrategy, SimpleShardingStrategy } from 'discord.js';
import type { Clock } from '../../../ports.ts';
import { containMethod, wrapMethod } from './contain.ts';
import type { IdentifyTurns } from './identify-turns.ts';
import type { ReconnectPace } from './reconnect-pace.ts';

type Manager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

/** The library's shards with what they lack: nothing thrown gets lost, and an end to reconnecting. */
export interface SupervisedShards {
  buildStrategy(manager: Manager): IShardingStrategy;
  /** No connection begins from now on. */
  stop(): void;
  /** Ends the sockets at once, also those that wait for a goodbye that never comes. */
  cutOff(): void;
}

/**
 * Methods the library starts without waiting for them: what a payload it does not understand makes
 * them throw would be an unhandled rejection, and the end of the process.
 */
const UNWATCHED = ['onMessage', 'onClose', 'onError', 'heartbeat'];

export function superviseShards(parts: {
  clock: Clock;
  pace: ReconnectPace;
  turns: Pick<IdentifyTurns, 'told' | 'waitMs'>;
  helloWithinMs: number;
  /** Something was thrown; the connection goes on. */
  onError(error: unknown): void;
  /** A shard could not even begin to connect, and will not try again. */
  onStuck(error: unknown): void;
}): SupervisedShards {
  const stopped = new AbortController();
  const shards: object[] = [];

  /** A connection that cannot resume a session logs in. Waiting is done without a connection. */
  async function loginWaitMs(manager: Manager, shardId: number): Promise<number> {
    try {
      const session = await manager.options.retrieveSessionInfo(shardId);
      if ((session ?? undefined) !== undefined) return 0;
      parts.turns.told((await manager.fetchGatewayInformation()).session_start_limit);
    } catch {
      // What is known from before has to do.
    }
    return parts.turns.waitMs();
  }

  function supervise(shard: object, manager: Manager): void {
    shards.push(shard);
    wrapMethod(shard, 'internalConnect', (connect) => async () => {
      if (stopped.signal.aborted) return;
      const id = Number(Reflect.get(shard, 'id'));
      const waitMs = Math.max(parts.pace.next(id), await loginWaitMs(manager, id));
      if (waitMs > 0) await parts.clock.sleep(waitMs, stopped.signal).catch(() => {});
      if (stopped.signal.aborted) return;
      try {
        await connect();
      } catch (error) {
        if (!stopped.signal.aborted) parts.onStuck(error);
      }
    });
    for (const name of UNWATCHED) {
      containMethod(shard, name, (error) => {
        if (!stopped.signal.aborted) parts.onError(error);
      });
    }
  }

  return {
    buildStrategy(manager) {
      manager.options.helloTimeout = parts.helloWithinMs;
      const strategy = new SimpleShardingStrategy(manager);
      const spawn = strategy.spawn.bind(strategy);
      strategy.spawn = async (shardIds) => {
        await spawn(shardIds);
        const spawned: unknown = Reflect.get(strategy, 'shards');
        if (!(spawned instanceof Map)) return;
        for (const shard of spawned.values()) supervise(shard, manager);
      };
      return strategy;
    },
    stop: () => stopped.abort(),
    cutOff() {
      stopped.abort();
      for (const shard of shards) {
        const socket: unknown = Reflect.get(shard, 'connection');
        if (typeof socket !== 'object' || socket === null) continue;
        const terminate: unknown = Reflect.get(socket, 'terminate');
        if (typeof terminate === 'function') Reflect.apply(terminate, socket, []);
      }
    },
  };
}
