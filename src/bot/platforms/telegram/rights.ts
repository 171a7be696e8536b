import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import type { ApiAnswer } from './api-answer.ts';

const memberSchema = z.object({
  status: z.string(),
  is_member: z.boolean().optional(),
  can_post_messages: z.boolean().optional(),
  can_send_messages: z.boolean().optional(),
  can_send_photos: z.boolean().optional(),
});
const chatSchema = z.object({
  permissions: z
    .object({
      can_send_messages: z.boolean().optional(),
      can_send_photos: z.boolean().optional(),
    })
    .optional(),
});

type Member = z.infer<typeof memberSchema>;

/** A chat about which Telegram kept silent so long is not asked about for a while. */
const SLOW_MS = 1_000;
const SILENT_MS = 20_000;

/**
 * What members may do in chats, asked from Telegram with short deadlines. Answers are not
 * remembered, only that none came: else every command of a chat waits for the next silence.
 */
export interface Rights {
  /** `none`: not (or no longer) in the chat. Rejects when it cannot be found out. */
  standing(chatId: string, userId: string): Promise<'manager' | 'member' | 'none'>;
  /** What the bot may not do there, in words. Rejects when it cannot be found out. */
  missing(chatId: string, type: ChatType, botId: number): Promise<string[]>;
}

type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** `now`: real time, epoch ms. */
export function createRights(
  call: (method: string, payload: object) => Promise<ApiAnswer>,
  now: () => number,
): Rights {
  const silentUntil = new Map<string, number>();

  async function ask(method: string, payload: { chat_id: string }): Promise<ApiAnswer> {
    const askedAt = now();
    for (const [chatId, until] of silentUntil) if (until <= askedAt) silentUntil.delete(chatId);
    if (silentUntil.has(payload.chat_id)) {
      return { kind: 'failed', received: false, reason: 'no answer a moment ago' };
    }
    const answer = await call(method, payload);
    const at = now();
    if (answer.kind === 'failed' && at - askedAt >= SLOW_MS) {
      silentUntil.set(payload.chat_id, at + SILENT_MS);
    }
    return answer;
  }

  async function member(chatId: string, userId: string): Promise<Member> {
    const answer = await ask('getChatMember', memberPayload(chatId, userId));
    // Somebody Telegram knows nothing of here is not in the chat.
    if (
      answer.kind === 'refused' &&
      /member not found|PARTICIPANT_ID_INVALID|user not found/i.test(answer.description)
    ) {
      return { status: 'left' };
    }
    return read(answer, memberSchema);
  }

  return {
    async standing(chatId, userId) {
      const { status, is_member: isMember } = await member(chatId, userId);
      if (status === 'creator' || status === 'administrator') return 'manager';
      if (status === 'member' || (status === 'restricted' && isMember !== false)) return 'member';
      return 'none';
    },
    async missing(chatId, type, botId) {
      if (type === 'private') return [];
      const own = await member(chatId, String(botId));
      if (type === 'channel') {
        const may = own.status === 'administrator' && own.can_post_messages !== false;
        return may ? [] : ['post messages'];
      }
      if (own.status === 'administrator' || own.status === 'creator') return [];
      if (own.status !== 'member' && own.status !== 'restricted')
        return ['be a member of this group'];
      const { permissions } = read(await ask('getChat', { chat_id: chatId }), chatSchema);
      const may = (right: 'can_send_messages' | 'can_send_photos') =>
        own[right] !== false && permissions?.[right] !== false;
      return [
        ...(may('can_send_messages') ? [] : ['send messages']),
        ...(may('can_send_photos') ? [] : ['send photos']),
      ];
    },
  };
}

function memberPayload(chatId: string, userId: string): { chat_id: string; user_id: number } {
  return { chat_id: chatId, user_id: Number(userId) };
}

function read<T>(answer: ApiAnswer, schema: z.ZodType<T>): T {
  const parsed = answer.kind === 'ok' ? schema.safeParse(answer.result) : undefined;
  if (parsed?.success) return parsed.data;
  const code = answer.kind === 'refused' ? answer.code : undefined;
  throw new AppError('telegram/rights', 'Telegram did not say what is allowed here', {
    retryable: true,
    context: { code },
  });
}
