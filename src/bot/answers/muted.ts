import { formatDuration, formatUtc } from '../../alerts/format.ts';
import type { ChatRef } from '../../alerts/model.ts';
import { chatKey, type SubscriptionStore } from '../../store/store.ts';

/** Epoch ms until which the chat wants quiet; undefined when it does not. */
export async function mutedUntil(
  subscriptions: SubscriptionStore,
  chat: ChatRef,
  now: number,
): Promise<number | undefined> {
  const mutes = await subscriptions.mutes(now);
  return mutes.find((mute) => chatKey(mute.chat) === chatKey(chat))?.until;
}

export function mutedText(until: number, now: number): string {
  return `Muted for ${formatDuration(until - now)}, until ${formatUtc(until)}; /unmute ends it.`;
}
