import { z } from 'zod';

const id = z.int();
const chatSchema = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
});
const userSchema = z.object({ id });

const messageSchema = z.object({
  message_id: id,
  /** Epoch s; 0: a message that cannot be looked at any more. */
  date: z.number(),
  edit_date: z.number().optional(),
  chat: chatSchema,
  from: userSchema.optional(),
  /** Set when somebody writes as the group (anonymous administrators) or as a channel. */
  sender_chat: z.object({ id }).optional(),
  text: z.string().optional(),
  /** Also set on answers outside topics, where it names no topic. */
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  forward_origin: z.unknown().optional(),
  forward_date: z.unknown().optional(),
  migrate_to_chat_id: id.optional(),
  migrate_from_chat_id: id.optional(),
});

const pressSchema = z.object({
  id: z.string(),
  from: userSchema,
  /** Absent under messages sent through other chats (inline mode). */
  message: messageSchema.optional(),
  data: z.string().optional(),
});

const memberSchema = z.object({ status: z.string(), is_member: z.boolean().optional() });

const membershipSchema = z.object({
  chat: chatSchema,
  old_chat_member: memberSchema,
  new_chat_member: memberSchema,
});

export type TelegramMessage = z.infer<typeof messageSchema>;
export type TelegramPress = z.infer<typeof pressSchema>;
export type TelegramMembership = z.infer<typeof membershipSchema>;

export type Update =
  | { kind: 'message' | 'channel_post'; message: TelegramMessage }
  | { kind: 'callback_query'; press: TelegramPress }
  | { kind: 'my_chat_member'; membership: TelegramMembership }
  /** Nothing we asked for. */
  | { kind: 'other' }
  /** `of`: what it was meant to be. */
  | { kind: 'malformed'; of: string };

/** The kinds asked for. */
export const ALLOWED_UPDATES = [
  'message',
  'channel_post',
  'callback_query',
  'my_chat_member',
] as const;

const updateSchema = z.looseObject({ update_id: id });

/** The number of an update; undefined: none that could be confirmed. */
export function updateIdOf(raw: unknown): number | undefined {
  const read = updateSchema.safeParse(raw);
  return read.success ? read.data.update_id : undefined;
}

/** Only the fields needed are looked at. */
export function readUpdate(raw: unknown): Update {
  const fields = new Map(Object.entries(typeof raw === 'object' && raw !== null ? raw : {}));
  const kind = ALLOWED_UPDATES.find((name) => fields.has(name));
  if (kind === undefined) return { kind: 'other' };
  const value = fields.get(kind);
  switch (kind) {
    case 'message':
    case 'channel_post': {
      const read = messageSchema.safeParse(value);
      return read.success ? { kind, message: read.data } : { kind: 'malformed', of: kind };
    }
    case 'callback_query': {
      const read = pressSchema.safeParse(value);
      return read.success ? { kind, press: read.data } : { kind: 'malformed', of: kind };
    }
    case 'my_chat_member': {
      const read = membershipSchema.safeParse(value);
      return read.success ? { kind, membership: read.data } : { kind: 'malformed', of: kind };
    }
  }
}
