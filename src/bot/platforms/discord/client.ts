import { Client, GatewayIntentBits, Options, type RESTOptions } from 'discord.js';
import { containMethod } from './contain.ts';
import type { IdentifyTurns } from './identify-turns.ts';
import type { SupervisedShards } from './supervised-shards.ts';

/** Servers that do not come after the login are not waited for any longer. */
const SERVERS_WITHIN_MS = 5_000;
const MOST_USERS = 500;
const MOST_MEMBERS = 200;
const SWEEP_SECONDS = 3_600;

/**
 * The library's client for the gateway alone: servers only, and caches that never grow beyond what
 * is needed of them (servers, their channels and roles, the bot itself).
 */
export function createGatewayClient(
  shards: SupervisedShards,
  turns: IdentifyTurns,
  rest: Partial<RESTOptions>,
  onError: (error: unknown) => void,
): Client {
  const isSelf = ({ id, client }: { id: string; client: Client<true> }) => id === client.user.id;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    shards: 'auto',
    rest,
    enforceNonce: true,
    failIfNotExists: false,
    allowedMentions: { parse: [] },
    waitGuildTimeout: SERVERS_WITHIN_MS,
    ws: { buildStrategy: shards.buildStrategy, buildIdentifyThrottler: turns.throttler },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      ApplicationCommandManager: 0,
      AutoModerationRuleManager: 0,
      DMMessageManager: 0,
      EntitlementManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildMessageManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      VoiceStateManager: 0,
      GuildMemberManager: { maxSize: MOST_MEMBERS, keepOverLimit: isSelf },
      UserManager: { maxSize: MOST_USERS, keepOverLimit: isSelf },
    }),
    sweepers: {
      ...Options.DefaultSweeperSettings,
      users: { interval: SWEEP_SECONDS, filter: () => (user) => !isSelf(user) },
      guildMembers: { interval: SWEEP_SECONDS, filter: () => (member) => !isSelf(member) },
    },
  });
  // Packets kept back until the login is complete are handled from a timer of its own.
  containMethod(client.ws, 'handlePacket', onError);
  client.on('error', onError);
  return client;
}
