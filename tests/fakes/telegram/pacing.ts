import { tooManyRequests } from './refusal.ts';

/** Refuses a send or edit that comes too soon. */
export type Pacer = (chatId: number, isGroup: boolean) => void;

interface Limit {
  windowMs: number;
  count: number;
}

const OVERALL: Limit = { windowMs: 1000, count: 30 };
const GROUP: Limit = { windowMs: 60_000, count: 20 };
const CHAT_PER_MS = 1 / 1000;
const CHAT_BURST = 3;

export const noPacing: Pacer = () => undefined;

/** 1 a second per chat with a burst of 3, 20 a minute per group, 30 a second overall. */
export function createPacer(now: () => number): Pacer {
  const overall: number[] = [];
  const chats = new Map<number, { tokens: number; at: number; sent: number[] }>();
  return (chatId, isGroup) => {
    const at = now();
    const chat = chats.get(chatId) ?? { tokens: CHAT_BURST, at, sent: [] };
    chats.set(chatId, chat);
    chat.tokens = Math.min(CHAT_BURST, chat.tokens + (at - chat.at) * CHAT_PER_MS);
    chat.at = at;
    const waitMs = Math.max(
      (1 - chat.tokens) / CHAT_PER_MS,
      isGroup ? fullForMs(chat.sent, GROUP, at) : 0,
      fullForMs(overall, OVERALL, at),
    );
    if (waitMs > 0) throw tooManyRequests(Math.ceil(waitMs / 1000));
    chat.tokens -= 1;
    chat.sent.push(at);
    overall.push(at);
  };
}

/** Milliseconds until the window has room again; forgets what has left it. */
function fullForMs(sent: number[], limit: Limit, at: number): number {
  while (sent[0] !== undefined && at - sent[0] >= limit.windowMs) sent.shift();
  const blocking = sent[sent.length - limit.count];
  return blocking === undefined ? 0 : blocking + limit.windowMs - at;
}
