const WITHIN_MS = 5_000;
const CHATS = 3;

/**
 * Who has to wait after a 429. Telegram does not say: refusals for several chats at nearly the same
 * time are taken for a limit on the whole bot.
 */
export function createFloodScope(now: () => number): (chatId: string) => 'chat' | 'platform' {
  const refusedAt = new Map<string, number>();
  return (chatId) => {
    const at = now();
    for (const [other, when] of refusedAt) if (at - when > WITHIN_MS) refusedAt.delete(other);
    refusedAt.set(chatId, at);
    return refusedAt.size >= CHATS ? 'platform' : 'chat';
  };
}
