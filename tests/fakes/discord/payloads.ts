import type { FakeRole } from './api.ts';
import type { Json } from './json.ts';
import type {
  StoredChannel,
  StoredGuild,
  StoredMember,
  StoredMessage,
  StoredUser,
  World,
} from './world.ts';

/** JSON as Discord writes it, of REST and gateway alike. */
export function userJson(user: StoredUser): Json {
  return {
    id: user.id,
    username: user.name,
    global_name: user.bot ? null : user.name,
    discriminator: '0',
    avatar: null,
    bot: user.bot,
    system: false,
    public_flags: 0,
    flags: 0,
  };
}

export function roleJson(role: FakeRole, position: number): Json {
  return {
    id: role.id,
    name: role.name,
    permissions: String(role.permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function rolesJson(guild: StoredGuild): Json[] {
  return [...guild.roles.values()].map(roleJson);
}

export function memberJson(user: StoredUser, member: StoredMember): Json {
  return {
    user: userJson(user),
    nick: null,
    avatar: null,
    banner: null,
    roles: [...member.roleIds],
    joined_at: new Date(member.joinedAt).toISOString(),
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

export function channelJson(world: World, channel: StoredChannel): Json {
  const lastId = world.messages.get(channel.id)?.at(-1)?.id ?? null;
  const common = { id: channel.id, type: channel.type, last_message_id: lastId, flags: 0 };
  if (channel.guildId === undefined) {
    const recipient = world.users.get(channel.recipientId ?? '');
    return { ...common, recipients: recipient === undefined ? [] : [userJson(recipient)] };
  }
  const inGuild = {
    ...common,
    guild_id: channel.guildId,
    name: channel.name,
    nsfw: false,
    rate_limit_per_user: 0,
    parent_id: channel.parentId ?? null,
  };
  if (channel.parentId !== undefined) {
    return {
      ...inGuild,
      owner_id: world.bot.id,
      message_count: 0,
      total_message_sent: 0,
      member_count: 1,
      thread_metadata: {
        archived: channel.archived,
        locked: channel.locked,
        auto_archive_duration: 1440,
        archive_timestamp: new Date(world.now()).toISOString(),
        create_timestamp: new Date(world.now()).toISOString(),
      },
    };
  }
  return {
    ...inGuild,
    topic: null,
    position: 0,
    permission_overwrites: [...channel.overwrites].map(([id, one]) => ({
      id,
      type: one.type,
      allow: String(one.allow),
      deny: String(one.deny),
    })),
  };
}

export function guildJson(guild: StoredGuild): Json {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: guild.ownerId,
    system_channel_id: guild.general.id,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    afk_channel_id: null,
    afk_timeout: 300,
    preferred_locale: 'en-US',
    features: [],
    roles: rolesJson(guild),
    emojis: [],
    stickers: [],
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    application_id: null,
    vanity_url_code: null,
  };
}

/** GUILD_CREATE; `members` holds only the bot, as without the members intent. */
export function guildCreateJson(world: World, guild: StoredGuild): Json {
  const channels = [...guild.channels.values()];
  const self = guild.members.get(world.bot.id);
  return {
    ...guildJson(guild),
    joined_at: new Date(guild.joinedAt).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: self === undefined ? [] : [memberJson(world.bot, self)],
    channels: channels
      .filter((one) => one.parentId === undefined)
      .map((c) => channelJson(world, c)),
    threads: channels
      .filter((one) => one.parentId !== undefined && !one.archived)
      .map((one) => channelJson(world, one)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

export function messageJson(world: World, message: StoredMessage): Json {
  const author = world.users.get(message.authorId);
  const json: Json = {
    id: message.id,
    channel_id: message.channelId,
    author: author === undefined ? null : userJson(author),
    content: message.content,
    timestamp: new Date(message.sentAt).toISOString(),
    edited_timestamp:
      message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    pinned: false,
    mention_everyone: message.mentioned.everyone,
    mentions: message.mentioned.users.flatMap((id) => {
      const user = world.users.get(id);
      return user === undefined ? [] : [userJson(user)];
    }),
    mention_roles: [...message.mentioned.roles],
    attachments: message.files
      .filter((file) => !file.embedded)
      .map((file) => ({
        id: file.id,
        filename: file.name,
        size: file.bytes.length,
        url: file.url,
        proxy_url: file.url,
      })),
    embeds: message.embeds,
    components: message.components,
    type: message.type,
    flags: message.flags,
  };
  if (message.nonce !== undefined) json['nonce'] = message.nonce;
  if (message.replyTo !== undefined) {
    json['message_reference'] = {
      type: 0,
      message_id: message.replyTo,
      channel_id: message.channelId,
    };
  }
  if (message.interaction !== undefined) addInteraction(world, message, json);
  return json;
}

function addInteraction(world: World, message: StoredMessage, json: Json): void {
  const { interaction } = message;
  if (interaction === undefined) return;
  const user = world.users.get(interaction.userId);
  json['application_id'] = world.applicationId;
  json['webhook_id'] = world.applicationId;
  json['interaction_metadata'] = {
    id: interaction.id,
    type: interaction.type,
    user: user === undefined ? null : userJson(user),
    authorizing_integration_owners: {},
  };
}
