import { known } from './api-error.ts';
import type { CommandBook, CommandBooks } from './command-book.ts';
import { guildById } from './guild-routes.ts';
import type { Json } from './json.ts';
import { Created, type Route, type RouteCall } from './router.ts';
import type { StoredGuild, World } from './world.ts';

const OVERRIDE_TYPE = { role: 1, user: 2, channel: 3 } as const;

/** `wrote` is told of every write that was carried out. */
export function commandRoutes(world: World, books: CommandBooks, wrote: () => void): Route[] {
  const application = ({ params }: RouteCall) => {
    if (params('application') !== world.applicationId) throw known(10002);
  };
  const globalBook = (call: RouteCall): CommandBook => {
    application(call);
    return books.of();
  };
  const guildBook = (call: RouteCall): CommandBook => {
    application(call);
    return books.of(guildById(world, call.params('guild')).id);
  };
  return [
    ...permissionRoutes(world, books, application),
    ...bookRoutes('/applications/:application/commands', globalBook, wrote),
    ...bookRoutes('/applications/:application/guilds/:guild/commands', guildBook, wrote),
  ];
}

function bookRoutes(
  base: string,
  book: (call: RouteCall) => CommandBook,
  wrote: () => void,
): Route[] {
  const written = <T>(result: T): T => {
    wrote();
    return result;
  };
  return [
    { method: 'GET', pattern: base, handle: (call) => book(call).list() },
    {
      method: 'PUT',
      pattern: base,
      handle: (call) => written(book(call).replace(call.request.body)),
    },
    {
      method: 'POST',
      pattern: base,
      handle: (call) => {
        const { command, created } = written(book(call).put(call.request.body));
        return created ? new Created(command) : command;
      },
    },
    {
      method: 'GET',
      pattern: `${base}/:command`,
      handle: (call) => book(call).get(call.params('command')),
    },
    {
      method: 'PATCH',
      pattern: `${base}/:command`,
      handle: (call) => written(book(call).edit(call.params('command'), call.request.body)),
    },
    {
      method: 'DELETE',
      pattern: `${base}/:command`,
      handle: (call) => {
        written(book(call).remove(call.params('command')));
        return undefined;
      },
    },
  ];
}

function permissionRoutes(
  world: World,
  books: CommandBooks,
  application: (call: RouteCall) => void,
): Route[] {
  const base = '/applications/:application/guilds/:guild/commands';
  return [
    {
      method: 'GET',
      pattern: `${base}/permissions`,
      handle: (call) => {
        application(call);
        const guild = guildById(world, call.params('guild'));
        return [...guild.overrides.keys()].map((id) => overridesJson(world, guild, id));
      },
    },
    {
      method: 'GET',
      pattern: `${base}/:command/permissions`,
      handle: (call) => {
        application(call);
        const guild = guildById(world, call.params('guild'));
        const id = call.params('command');
        const commands = [...books.of().list(), ...books.of(guild.id).list()];
        const isKnown = id === world.applicationId || commands.some((one) => one['id'] === id);
        if (!isKnown) throw known(10063);
        if (!guild.overrides.has(id)) throw known(10066);
        return overridesJson(world, guild, id);
      },
    },
  ];
}

/** As routes and APPLICATION_COMMAND_PERMISSIONS_UPDATE give them. */
export function overridesJson(world: World, guild: StoredGuild, id: string): Json {
  return {
    id,
    application_id: world.applicationId,
    guild_id: guild.id,
    permissions: (guild.overrides.get(id) ?? []).map((one) => ({
      id: one.id,
      type: OVERRIDE_TYPE[one.type],
      permission: one.permission,
    })),
  };
}
