import { ChannelType, type Client, Events, GatewayDispatchEvents, Status } from 'discord.js';
import { z } from 'zod';
import { kindOfError } from '../../../errors.ts';
import type { Clock, Logger, Random } from '../../../ports.ts';
import { type ApiParts, restOptions } from './api.ts';
import { createGatewayClient } from './client.ts';
import { endOfClose, endOfLogin, type GatewayEnd } from './gateway-end.ts';
import type { GatewayTiming } from './gateway-timing.ts';
import { createGatewayWatch } from './gateway-watch.ts';
import type { IdentifyTurns } from './identify-turns.ts';
import type { Places } from './places.ts';
import { createReconnectPace } from './reconnect-pace.ts';
import { serverFacts } from './server-facts.ts';
import { superviseShards } from './supervised-shards.ts';

/** Who listens to a connection. What a listener throws is logged and goes no further. */
export interface GatewayListeners {
  /** Logged in, with all servers there; also after every later login. */
  ready(bot: { applicationId: string; servers: number }): void;
  /** INTERACTION_CREATE as it came. */
  interaction(data: unknown): void;
  /** An administrator changed who may use which command in this server. */
  commandRightsChanged(serverId: string): void;
  places: Pick<Places, 'found' | 'gone' | 'present'>;
}

export interface GatewayParts extends ApiParts {
  clock: Clock;
  log: Logger;
  random: Random;
  timing: GatewayTiming;
  turns: IdentifyTurns;
}

/** One login and the connection it gave, until it has to be given up. */
export interface GatewaySession {
  isReady(): boolean;
  /** Never rejects. */
  ended: Promise<GatewayEnd>;
  isAnnouncementChannel(channelId: string): boolean;
  /** Says goodbye, for `closeWithinMs` at most; no connection is left or will come after it. */
  close(): Promise<void>;
}

const readySchema = z.object({
  guilds: z.array(z.object({ id: z.string().regex(/^\d{1,20}$/) })),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const rightsSchema = z.object({ guild_id: z.string() });

export function openGatewaySession(
  parts: GatewayParts,
  listeners: GatewayListeners,
): GatewaySession {
  const { clock, log, random, timing, token } = parts;
  const over = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<GatewayEnd>();
  const onError = (error: unknown) => {
    if (over.signal.aborted) return;
    log.error({ cause: kindOfError(error) }, 'the Discord client threw; it goes on');
  };
  const pace = createReconnectPace(clock, random, timing);
  const { helloWithinMs } = timing;
  const shards = superviseShards({
    clock,
    pace,
    turns: parts.turns,
    helloWithinMs,
    onError,
    onStuck(error) {
      onError(error);
      end({ kind: 'again', reason: 'the Discord client could not connect' });
    },
  });
  const client = createGatewayClient(shards, parts.turns, restOptions(parts), onError);
  const isReady = () => isClientReady(client);

  /** A listener that threw inside the library's handling would break off that. */
  function safely<T extends unknown[]>(listener: (...given: T) => void): (...given: T) => void {
    return (...given) => {
      if (over.signal.aborted) return;
      try {
        listener(...given);
      } catch (error) {
        onError(error);
      }
    };
  }

  listenToState(client, safely, pace, end);
  listenToEvents(client, safely, listeners);
  client.login(token).catch((error: unknown) => end(endOfLogin(error)));
  void watch();

  async function watch(): Promise<void> {
    const look = createGatewayWatch(timing);
    while (!over.signal.aborted) {
      await clock.sleep(timing.checkEveryMs, over.signal).catch(() => {});
      const beats = new Map(client.ws.shards.map((shard) => [shard.id, shard.lastPingTimestamp]));
      const reason = look({ isReady: isReady(), beats });
      if (reason !== undefined) end({ kind: 'again', reason });
    }
  }

  return {
    isReady,
    ended,
    isAnnouncementChannel: (channelId) =>
      client.channels.cache.get(channelId)?.type === ChannelType.GuildAnnouncement,
    async close() {
      over.abort();
      shards.stop();
      const gone = new AbortController();
      // It may wait for a goodbye that never comes.
      const destroyed = client.destroy().catch(() => {});
      const late = clock.sleep(timing.closeWithinMs, gone.signal).catch(() => {});
      await Promise.race([destroyed, late]);
      gone.abort();
      shards.cutOff();
    },
  };
}

function isClientReady({ ws }: Client): boolean {
  return ws.shards.size > 0 && ws.shards.every(({ status }) => status === Status.Ready);
}

type Safely = <T extends unknown[]>(listener: (...given: T) => void) => (...given: T) => void;

function listenToState(
  client: Client,
  safely: Safely,
  pace: ReturnType<typeof createReconnectPace>,
  end: (end: GatewayEnd) => void,
): void {
  client.on(
    Events.ShardReady,
    safely((id) => pace.up(id)),
  );
  client.on(
    Events.ShardResume,
    safely((id) => pace.up(id)),
  );
  client.on(
    Events.ShardReconnecting,
    safely((id) => pace.down(id)),
  );
  client.on(
    Events.ShardDisconnect,
    safely(({ code }) => end(endOfClose(code))),
  );
}

function listenToEvents(client: Client, safely: Safely, listeners: GatewayListeners): void {
  const { places } = listeners;
  client.on(
    Events.ClientReady,
    safely((ready) => {
      listeners.ready({ applicationId: ready.application.id, servers: ready.guilds.cache.size });
    }),
  );
  client.on(
    Events.GuildCreate,
    safely((guild) => places.found(serverFacts(guild))),
  );
  client.on(
    Events.GuildAvailable,
    safely((guild) => places.found(serverFacts(guild))),
  );
  client.on(
    Events.GuildDelete,
    safely((guild) => places.gone(guild.id)),
  );
  // Straight from the gateway: the library keeps interactions back while it waits for servers
  // after a login, for longer than the 3 s in which they have to be answered.
  client.ws.on(
    GatewayDispatchEvents.InteractionCreate,
    safely((data: unknown) => listeners.interaction(data)),
  );
  client.ws.on(
    GatewayDispatchEvents.ApplicationCommandPermissionsUpdate,
    safely((data: unknown) => {
      const read = rightsSchema.safeParse(data);
      if (read.success) listeners.commandRightsChanged(read.data.guild_id);
    }),
  );
  client.ws.on(
    GatewayDispatchEvents.Ready,
    safely((data: unknown) => {
      const read = readySchema.safeParse(data);
      if (!read.success) return;
      const [shardId, shardCount] = read.data.shard ?? [0, 1];
      const ids = read.data.guilds.map(({ id }) => id);
      // Documented: a server belongs to shard (id >> 22) % count.
      const isHere = (id: string) => (BigInt(id) >> 22n) % BigInt(shardCount) === BigInt(shardId);
      places.present(ids, isHere);
    }),
  );
}
