import type { PlatformLimits } from '../platforms/platform.ts';

type PaceLimits = Pick<PlatformLimits, 'perSecond' | 'perChatIntervalMs'>;

/**
 * When the next message may go, over all chats and per chat: a token bucket of capacity one, so no
 * window of a second ever holds more than `perSecond` + 1 messages. Epoch ms throughout.
 */
export interface PaceState {
  nextAt: number;
  readonly chats: Map<string, number>;
}

export function startPace(): PaceState {
  return { nextAt: 0, chats: new Map() };
}

/** The earliest time at which a message to this chat may start. */
export function readyAt(state: PaceState, chat: string): number {
  return Math.max(state.nextAt, state.chats.get(chat) ?? 0);
}

/** Notes that a message to this chat starts now. Changes `state`. */
export function markStarted(state: PaceState, limits: PaceLimits, chat: string, now: number): void {
  state.nextAt = Math.max(state.nextAt, now) + 1000 / limits.perSecond;
  holdChat(state, chat, now + limits.perChatIntervalMs);
  for (const [other, at] of state.chats) if (at <= now) state.chats.delete(other);
}

/** The platform asked for a pause in this chat. Changes `state`. */
export function holdChat(state: PaceState, chat: string, until: number): void {
  state.chats.set(chat, Math.max(until, state.chats.get(chat) ?? 0));
}
