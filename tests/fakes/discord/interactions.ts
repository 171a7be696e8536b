import type { Json } from './json.ts';
import { channelJson, memberJson, messageJson, userJson } from './payloads.ts';
import { channelPermissions, DM_PERMISSIONS } from './permissions.ts';
import { MAX_FILE_BYTES } from './request.ts';
import {
  guildOf,
  type StoredChannel,
  type StoredInteraction,
  type StoredMessage,
  type StoredUser,
  type World,
} from './world.ts';

/** Discord waits so long for the first answer, and takes follow-ups so long. */
export const FIRST_ANSWER_MS = 3000;
export const TOKEN_MS = 15 * 60_000;

interface Wanted {
  type: number;
  channel: StoredChannel;
  user: StoredUser;
  name?: string;
  source?: StoredMessage;
  delivered: boolean;
}

/** An interaction with what the bot answers to it; `ready` resolves at the first answer. */
export function openInteraction(
  world: World,
  wanted: Wanted,
): { interaction: StoredInteraction; ready: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const final = Promise.withResolvers<void>();
  // Nobody may be waiting for one of them: that is no unhandled rejection.
  first.promise.catch(() => {});
  final.promise.catch(() => {});
  const id = world.nextId();
  const interaction: StoredInteraction = {
    id,
    token: Buffer.from(`interaction:${id}:${'x'.repeat(40)}`).toString('base64url'),
    type: wanted.type,
    delivered: wanted.delivered,
    channelId: wanted.channel.id,
    userId: wanted.user.id,
    startedAt: world.now(),
    callbacks: [],
    deferred: false,
    ephemeral: false,
    followUps: [],
    latencyMs: 0,
    message: () => interaction.original,
    settled: () => final.promise,
    answered: () => first.resolve(),
    settle: () => final.resolve(),
    fail(reason) {
      first.reject(reason);
      final.reject(reason);
    },
  };
  if (wanted.name !== undefined) interaction.name = wanted.name;
  if (wanted.source !== undefined) interaction.source = wanted.source;
  world.interactions.set(id, interaction);
  return { interaction, ready: first.promise };
}

/** The interaction a token was made for. */
export function interactionOf(world: World, token: string): StoredInteraction | undefined {
  const id = Buffer.from(token, 'base64url').toString('latin1').split(':')[1];
  const found = world.interactions.get(id ?? '');
  return found?.token === token ? found : undefined;
}

/** INTERACTION_CREATE. */
export function interactionJson(world: World, interaction: StoredInteraction, data: Json): Json {
  const channel = world.channels.get(interaction.channelId);
  const user = world.users.get(interaction.userId);
  if (channel === undefined || user === undefined) throw new Error('the channel or user is gone');
  const json: Json = {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    data,
    token: interaction.token,
    version: 1,
    locale: 'en-US',
    entitlements: [],
    attachment_size_limit: MAX_FILE_BYTES,
    channel_id: channel.id,
    ...placeJson(world, channel, user),
  };
  const { source } = interaction;
  if (source !== undefined) json['message'] = messageJson(world, source);
  return json;
}

function placeJson(world: World, channel: StoredChannel, user: StoredUser): Json {
  const guild = guildOf(world, channel);
  const member = guild?.members.get(user.id);
  if (guild === undefined || member === undefined) {
    return {
      channel: channelJson(world, channel),
      user: userJson(user),
      app_permissions: String(DM_PERMISSIONS),
      authorizing_integration_owners: { '0': '0' },
      context: 1,
    };
  }
  const permissions = String(channelPermissions(guild, channel, user.id));
  return {
    channel: { ...channelJson(world, channel), permissions },
    guild_id: guild.id,
    guild: { id: guild.id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    member: { ...memberJson(user, member), permissions },
    app_permissions: String(channelPermissions(guild, channel, world.bot.id)),
    authorizing_integration_owners: { '0': guild.id },
    context: 0,
  };
}
