import type { ChatRef } from '../../../alerts/model.ts';
import { PLATFORM } from './effect.ts';
import type { TelegramMessage } from './read-update.ts';

/** The room a message stands in; a topic only where Telegram says that it is one. */
export function chatOf(message: TelegramMessage): ChatRef {
  const thread = message.is_topic_message === true ? message.message_thread_id : undefined;
  return {
    platform: PLATFORM,
    chatId: String(message.chat.id),
    ...(thread === undefined ? {} : { thread: String(thread) }),
  };
}
