import { createHash } from 'node:crypto';
import type { DiscordOptions, FakeCall, FakeDiscord } from './api.ts';
import { callbackRoute } from './callback-route.ts';
import { commandBooks } from './command-book.ts';
import { commandRoutes } from './command-routes.ts';
import { faults } from './faults.ts';
import { startGateway } from './gateway.ts';
import { guildRoutes } from './guild-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { people } from './people.ts';
import { rateLimits } from './rate-limits.ts';
import { startRest } from './rest-server.ts';
import type { Route } from './router.ts';
import { town } from './town.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { messagesIn, type StoredUser, snowflakes, type World } from './world.ts';

export type {
  FakeCall,
  FakeChannel,
  FakeDiscord,
  FakeGuild,
  FakeInteraction,
  FakeMessage,
  FakeRole,
  FakeUser,
} from './api.ts';

/** Discord on loopback: REST v10 and gateway v10 (JSON), as strict as the real one. */
export async function startDiscord(options: DiscordOptions): Promise<FakeDiscord> {
  const { token, now = Date.now, pacing = false } = options;
  const world = emptyWorld(token, now, options.oldEditsPerHour ?? 30);
  const books = commandBooks(world);
  const calls: FakeCall[] = [];
  const rules = faults();
  let isRevoked = false;
  let commandWrites = 0;
  let invalidRequests = 0;
  const revokeToken = () => {
    isRevoked = true;
    server.gateway.close(4004);
  };

  const server = await startGateway(world, {
    isToken: (given) => !isRevoked && given === token,
    resetToken: revokeToken,
    pacing,
  });
  world.emit = server.emit;
  const routes: Route[] = [
    { method: 'GET', pattern: '/gateway', open: true, handle: () => ({ url: server.state.url }) },
    {
      method: 'GET',
      pattern: '/gateway/bot',
      handle: () => ({
        url: server.state.url,
        shards: 1,
        session_start_limit: {
          total: 1000,
          remaining: server.state.remainingIdentifies,
          reset_after: 86_400_000,
          max_concurrency: 1,
        },
      }),
    },
    ...guildRoutes(world),
    ...commandRoutes(world, books, () => {
      commandWrites += 1;
    }),
    ...messageRoutes(world),
    callbackRoute(world),
    ...webhookRoutes(world),
  ];
  const rest = await startRest({
    routes: () => routes,
    authorized: (header) => !isRevoked && header === `Bot ${token}`,
    faults: rules,
    limits: rateLimits(now, pacing),
    now,
    calls,
    invalid: () => {
      invalidRequests += 1;
    },
  });
  const persons = people(world, books);

  return {
    url: `http://127.0.0.1:${rest.port}/api`,
    applicationId: world.applicationId,
    botUserId: world.bot.id,
    ...town(world, books),
    ...persons,
    async close() {
      persons.close();
      await Promise.all([rest.close(), server.close()]);
    },
    dispatch: server.dispatch,
    messages: ({ id }) =>
      messagesIn(world, id).filter((message) => message.authorId === world.bot.id),
    calls,
    commands: (guild) => books.of(guild?.id).list(),
    get commandWrites() {
      return commandWrites;
    },
    get invalidRequests() {
      return invalidRequests;
    },
    gateway: server.gateway,
    fault: rules.add,
    refuse: rest.refuse,
    revokeToken,
  };
}

function emptyWorld(token: string, now: () => number, oldEditsPerHour: number): World {
  const nextId = snowflakes(now);
  const id = botOf(token);
  // An application made today shares its id with its bot.
  const bot: StoredUser = { id, name: 'cascade-watch', bot: true, dmsOpen: true };
  return {
    now,
    nextId,
    applicationId: id,
    bot,
    users: new Map([[id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    cdnUrl: 'https://cdn.discordapp.com',
    oldEditsPerHour,
    oldEdits: new Map(),
    emit: () => {},
  };
}

/** A token belongs to the same bot wherever it is used. */
function botOf(token: string): string {
  const hash = createHash('sha256').update(token).digest('hex').slice(0, 13);
  return String(10n ** 17n + BigInt(`0x${hash}`));
}
