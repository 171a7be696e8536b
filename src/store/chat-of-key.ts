import type { ChatRef } from '../alerts/model.ts';

/** The inverse of `chatKey`. */
export function chatOfKey(key: string): ChatRef {
  const [platform, chatId, thread] = JSON.parse(key) as [string, string, string | null];
  return thread === null ? { platform, chatId } : { platform, chatId, thread };
}
