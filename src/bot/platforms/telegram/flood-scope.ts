const WITHIN_MS = 5_000;
const CHATS = 3;
/** Waits of several chats may be a coincidence, and minutes long. */
const BRIEF_MS = 5_000;

/**
 * How long everybody has to wait after a 429, ms; undefined: only the chat that was refused, as long
 * as it was told. Telegram does not say: refusals for several chats at nearly the same time may
 * mean a limit on the whole bot. The bot then pauses briefly; when yet another chat is refused right
 * after that, it waits as long as that one was told.
 */
export function createFloodScope(
  now: () => number,
): (chatId: string, afterMs: number) => number | undefined {
  const refusedAt = new Map<string, number>();
  let pause: { until: number; chats: Set<string> } | undefined;
  return (chatId, afterMs) => {
    const at = now();
    if (pause !== undefined && at - pause.until > WITHIN_MS) pause = undefined;
    if (pause !== undefined) {
      if (at < pause.until) {
        // It was on its way before the pause began.
        pause.chats.add(chatId);
        return pause.until - at;
      }
      if (pause.chats.has(chatId)) return undefined;
      pause = undefined;
      return afterMs;
    }
    for (const [other, when] of refusedAt) if (at - when > WITHIN_MS) refusedAt.delete(other);
    refusedAt.set(chatId, at);
    if (refusedAt.size < CHATS) return undefined;
    const briefMs = Math.min(afterMs, BRIEF_MS);
    pause = { until: at + briefMs, chats: new Set(refusedAt.keys()) };
    refusedAt.clear();
    return briefMs;
  };
}
