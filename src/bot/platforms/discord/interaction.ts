import { z } from 'zod';
import type { ChatRef } from '../../../alerts/model.ts';

/** Something a person did with the bot, as far as it matters here. */
export interface Interaction {
  id: string;
  /** Lets anybody answer for 15 minutes: never logged. */
  token: string;
  applicationId: string;
  chat: ChatRef;
  place: InteractionPlace;
  userId: string;
  roleIds: readonly string[];
  /** Of the person in this channel; 0 in direct messages. */
  permissions: bigint;
  /** Of the bot in this channel. */
  botPermissions?: bigint;
  /** Added to this server (or used in the bot's own direct messages), not carried along by a person. */
  isInstalledHere: boolean;
  action: InteractionAction;
}

export interface InteractionPlace {
  /** Absent in direct messages. */
  guildId?: string;
  channelId: string;
  channelType?: number;
  /** Of a thread. */
  parentId?: string;
}

export type InteractionAction =
  | { kind: 'command'; name: string; options: Readonly<Record<string, string>> }
  | { kind: 'press'; data: string }
  | { kind: 'completion'; command: string; option: string; typed: string };

const COMMAND = 2;
const COMPONENT = 3;
const COMPLETION = 4;
const BUTTON = 2;
const CHAT_INPUT = 1;

const id = z.string().regex(/^\d{1,20}$/);
const bits = z
  .string()
  .regex(/^\d{1,40}$/)
  .transform(BigInt);

const interactionSchema = z.object({
  id,
  application_id: id,
  type: z.number(),
  // It becomes part of a path.
  token: z.string().regex(/^[^\s/?#]{1,1000}$/),
  data: z.unknown(),
  guild_id: id.optional(),
  channel_id: id,
  channel: z.object({ type: z.number(), parent_id: id.nullish() }).optional(),
  member: z.object({ user: z.object({ id }), roles: z.array(id), permissions: bits }).optional(),
  user: z.object({ id }).optional(),
  app_permissions: bits.optional(),
  context: z.number().optional(),
  authorizing_integration_owners: z.record(z.string(), z.string()).optional(),
});

const optionSchema = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).transform(String),
  focused: z.boolean().default(false),
});
const commandSchema = z.object({
  type: z.number().default(CHAT_INPUT),
  name: z.string(),
  options: z.array(optionSchema).default([]),
});
const pressSchema = z.object({ component_type: z.number(), custom_id: z.string() });

/** In a channel between people, where the bot is only a guest of one of them. */
const PRIVATE_CHANNEL = 2;
/** Key of `authorizing_integration_owners`: installed to a server. */
const SERVER_INSTALL = '0';

/** Reads INTERACTION_CREATE; undefined for kinds not used here and for what cannot be read. */
export function readInteraction(data: unknown): Interaction | undefined {
  const read = interactionSchema.safeParse(data);
  if (!read.success) return undefined;
  const { data: raw } = read;
  const action = readAction(raw.type, raw.data);
  const userId = raw.member?.user.id ?? raw.user?.id;
  if (action === undefined || userId === undefined) return undefined;
  const place: InteractionPlace = { channelId: raw.channel_id };
  if (raw.guild_id !== undefined) place.guildId = raw.guild_id;
  if (raw.channel !== undefined) place.channelType = raw.channel.type;
  if (typeof raw.channel?.parent_id === 'string') place.parentId = raw.channel.parent_id;
  const owners = raw.authorizing_integration_owners;
  return {
    id: raw.id,
    token: raw.token,
    applicationId: raw.application_id,
    chat: chatOf(place),
    place,
    userId,
    roleIds: raw.member?.roles ?? [],
    permissions: raw.member?.permissions ?? 0n,
    ...(raw.app_permissions === undefined ? {} : { botPermissions: raw.app_permissions }),
    isInstalledHere:
      raw.context !== PRIVATE_CHANNEL && (owners === undefined || SERVER_INSTALL in owners),
    action,
  };
}

/** A server's channel or thread is a room of the server; direct messages are a place of their own. */
export function chatOf({ guildId, channelId }: InteractionPlace): ChatRef {
  if (guildId === undefined) return { platform: 'discord', chatId: channelId };
  return { platform: 'discord', chatId: guildId, thread: channelId };
}

function readAction(type: number, data: unknown): InteractionAction | undefined {
  if (type === COMPONENT) {
    const press = pressSchema.safeParse(data);
    if (!press.success || press.data.component_type !== BUTTON) return undefined;
    return { kind: 'press', data: press.data.custom_id };
  }
  if (type !== COMMAND && type !== COMPLETION) return undefined;
  const command = commandSchema.safeParse(data);
  if (!command.success || command.data.type !== CHAT_INPUT) return undefined;
  const { name, options } = command.data;
  if (type === COMMAND) {
    const named = Object.fromEntries(options.map((option) => [option.name, option.value]));
    return { kind: 'command', name, options: named };
  }
  const focused = options.find((option) => option.focused);
  if (focused === undefined) return undefined;
  return { kind: 'completion', command: name, option: focused.name, typed: focused.value };
}
