import { type RouteLike, Routes } from 'discord.js';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import type { Clock } from '../../../ports.ts';
import { putNewest } from '../../put-newest.ts';
import type { DiscordApi } from './api.ts';
import type { Interaction } from './interaction.ts';
import { isManager } from './permissions.ts';

const ROLE = 1;
const USER = 2;
const CHANNEL = 3;

const overridesSchema = z.array(
  z.object({
    id: z.string(),
    permissions: z.array(z.object({ id: z.string(), type: z.number(), permission: z.boolean() })),
  }),
);

type Override = z.infer<typeof overridesSchema>[number]['permissions'][number];
type Overrides = ReadonlyMap<string, readonly Override[]>;

type Person = Pick<Interaction, 'userId' | 'roleIds' | 'permissions' | 'applicationId' | 'place'>;

export interface Rights {
  /** May this person manage the chat with this command? Rejects when it cannot be found out. */
  mayManage(person: Person, command: string): Promise<boolean>;
  /** An administrator changed something in this server. */
  changed(guildId: string): void;
}

/** What administrators set is read again after this. */
const KEPT_MS = 60_000;
const MOST_KEPT = 1_000;

/**
 * Who may manage a server's chats: people with Manage Server, and those an administrator gave the
 * command to under Server Settings → Integrations. Discord checks that for typed commands but not
 * for buttons, so both are checked here, in the same way. Direct messages are managed by their
 * person.
 */
export function createRights(parts: {
  api: DiscordApi;
  clock: Clock;
  /** Discord's ids of the commands by name; undefined while they are not known. */
  commandIds(): ReadonlyMap<string, string> | undefined;
}): Rights {
  const kept = new Map<string, { at: number; overrides: Promise<Overrides> }>();

  function overridesOf(applicationId: string, guildId: string): Promise<Overrides> {
    const found = kept.get(guildId);
    if (found !== undefined && parts.clock.now() - found.at < KEPT_MS) return found.overrides;
    const overrides = readOverrides(parts.api, applicationId, guildId);
    const entry = { at: parts.clock.now(), overrides };
    putNewest(kept, guildId, entry, MOST_KEPT);
    overrides.catch(() => {
      if (kept.get(guildId) === entry) kept.delete(guildId);
    });
    return overrides;
  }

  return {
    async mayManage(person, command) {
      const { guildId } = person.place;
      if (guildId === undefined || isManager(person.permissions)) return true;
      const ids = parts.commandIds();
      if (ids === undefined) {
        throw new AppError('discord/not-registered', 'the commands are not registered yet', {
          retryable: true,
        });
      }
      const commandId = ids.get(command);
      if (commandId === undefined) return false;
      const overrides = await overridesOf(person.applicationId, guildId);
      return isDelegated(overrides, commandId, { ...person, guildId });
    },
    changed(guildId) {
      kept.delete(guildId);
    },
  };
}

async function readOverrides(
  api: DiscordApi,
  applicationId: string,
  guildId: string,
): Promise<Overrides> {
  const route: RouteLike = Routes.guildApplicationCommandsPermissions(applicationId, guildId);
  const list = overridesSchema.parse(await api({ method: 'get', route }));
  return new Map(list.map(({ id, permissions }) => [id, permissions]));
}

/**
 * As Discord decides for typed commands by people without Manage Server: an override of the command
 * itself gives it to them. One of the whole application can only take away: letting everybody use
 * the bot lets nobody manage.
 */
function isDelegated(
  overrides: Overrides,
  commandId: string,
  person: Person & { guildId: string },
): boolean {
  const ofCommand = overrides.get(commandId) ?? [];
  const ofApplication = overrides.get(person.applicationId) ?? [];
  const isChannelOpen = channelRule(ofCommand, person) ?? channelRule(ofApplication, person);
  return isChannelOpen !== false && personRule(ofCommand, person) === true;
}

/** The most particular one that is set: the channel, a thread's parent, all channels. */
function channelRule(
  overrides: readonly Override[],
  { place, guildId }: Person & { guildId: string },
): boolean | undefined {
  // Documented constant for all channels.
  const everywhere = String(BigInt(guildId) - 1n);
  for (const id of [place.channelId, place.parentId, everywhere]) {
    const rule = overrides.find((one) => one.type === CHANNEL && one.id === id);
    if (rule !== undefined) return rule.permission;
  }
  return undefined;
}

/** The person, then their roles (one that allows is enough), then everybody. */
function personRule(
  overrides: readonly Override[],
  { userId, roleIds, guildId }: Person & { guildId: string },
): boolean | undefined {
  const own = overrides.find((one) => one.type === USER && one.id === userId);
  if (own !== undefined) return own.permission;
  const roles = overrides.filter((one) => one.type === ROLE);
  const ofRoles = roles.filter(({ id }) => roleIds.includes(id));
  if (ofRoles.length > 0) return ofRoles.some(({ permission }) => permission);
  // The role of everybody has the id of the server.
  return roles.find(({ id }) => id === guildId)?.permission;
}
