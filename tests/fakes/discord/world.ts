import type {
  FakeChannel,
  FakeFile,
  FakeGuild,
  FakeInteraction,
  FakeMessage,
  FakeRole,
  FakeUser,
  PermissionOverride,
} from './api.ts';
import type { Json } from './json.ts';

export const TEXT_CHANNEL = 0;
export const DM_CHANNEL = 1;
export const ANNOUNCEMENT_CHANNEL = 5;
export const PUBLIC_THREAD = 11;
export const ANNOUNCEMENT_THREAD = 10;

export interface StoredUser extends FakeUser {
  bot: boolean;
  dmsOpen: boolean;
}

export interface StoredMember {
  roleIds: string[];
  joinedAt: number;
}

export interface StoredGuild extends FakeGuild {
  ownerId: string;
  /** When the bot joined, epoch ms. */
  joinedAt: number;
  readonly general: StoredChannel;
  roles: Map<string, FakeRole>;
  members: Map<string, StoredMember>;
  channels: Map<string, StoredChannel>;
  /** By command id, or the application's id. */
  overrides: Map<string, readonly PermissionOverride[]>;
  /** Is the bot a member; is the server up. */
  joined: boolean;
  available: boolean;
}

export interface StoredChannel extends FakeChannel {
  type: number;
  guildId?: string;
  parentId?: string;
  /** Whom a direct message is with. */
  recipientId?: string;
  overwrites: Map<string, { type: 0 | 1; allow: bigint; deny: bigint }>;
  archived: boolean;
  locked: boolean;
}

export interface StoredFile extends FakeFile {
  id: string;
  url: string;
  /** Shown in an embed, so not in `attachments`. */
  embedded: boolean;
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

export interface StoredMessage extends Changeable<FakeMessage> {
  embeds: Json[];
  files: StoredFile[];
  components: unknown[];
  versions: {
    at: number;
    content: string;
    embeds: Json[];
    files: StoredFile[];
    components: unknown[];
  }[];
  authorId: string;
  /** 0 default, 19 reply, 20 answer to a slash command. */
  type: number;
  editedAt?: number;
  /** The interaction it answers. */
  interaction?: StoredInteraction;
  /** By `enforce_nonce`; the message is given again for the same nonce. */
  nonceEnforced: boolean;
}

export interface StoredInteraction
  extends Changeable<Omit<FakeInteraction, 'message' | 'settled'>> {
  /** 2 command, 3 component, 4 autocomplete. */
  type: number;
  channelId: string;
  userId: string;
  name?: string;
  startedAt: number;
  callbacks: { type: number; at: number; data?: unknown }[];
  followUps: StoredMessage[];
  original?: StoredMessage;
  /** The message whose button was pressed. */
  source?: StoredMessage;
  message(): StoredMessage | undefined;
  settled(): Promise<void>;
  answered(): void;
  settle(): void;
  fail(reason: Error): void;
}

/** Everything Discord knows; the routes, the gateway and the people of a test work on it. */
export interface World {
  now(): number;
  nextId(): string;
  applicationId: string;
  bot: StoredUser;
  users: Map<string, StoredUser>;
  guilds: Map<string, StoredGuild>;
  channels: Map<string, StoredChannel>;
  /** By channel id, oldest first. */
  messages: Map<string, StoredMessage[]>;
  interactions: Map<string, StoredInteraction>;
  cdnUrl: string;
  /** Edits of messages older than an hour, allowed in an hour in one channel. */
  oldEditsPerHour: number;
  oldEdits: Map<string, number[]>;
  /** Sends an event to those who asked for one of these intent bits (0: everybody). */
  emit(event: string, data: unknown, scope: { intent: number; guildId?: string }): void;
}

export const INTENT = {
  GUILDS: 1,
  GUILD_MEMBERS: 1 << 1,
  GUILD_MESSAGES: 1 << 9,
  DIRECT_MESSAGES: 1 << 12,
} as const;

const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Ids that grow, with the time of `now()` in their upper bits, as snowflakes have. */
export function snowflakes(now: () => number): () => string {
  // Clients take only ids of 17 digits and more for ids, also when `now()` is before Discord.
  let last = 10n ** 17n;
  return () => {
    const wanted = BigInt(Math.max(0, Math.floor(now()) - DISCORD_EPOCH_MS)) << 22n;
    last = wanted > last ? wanted : last + 1n;
    return String(last);
  };
}

export function guildOf(world: World, channel: StoredChannel): StoredGuild | undefined {
  return channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
}

export function messagesIn(world: World, channelId: string): StoredMessage[] {
  const found = world.messages.get(channelId);
  if (found !== undefined) return found;
  const created: StoredMessage[] = [];
  world.messages.set(channelId, created);
  return created;
}
