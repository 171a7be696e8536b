import { handleMembership } from './chat-events.ts';
import { type Effect, type EffectParts, IGNORED } from './effect.ts';
import { handleMessage } from './handle-message.ts';
import { handlePress } from './handle-press.ts';
import type { Update } from './read-update.ts';

/**
 * Does what an update asks for. `fresh`: it cannot have waited while the program was away. Rejects
 * with a store failure (then the update is tried again) or with a bug (then it is skipped).
 */
export async function effectOf(
  update: Update,
  fresh: boolean,
  parts: EffectParts,
): Promise<Effect> {
  switch (update.kind) {
    case 'message':
    case 'channel_post':
      return await handleMessage(update.message, parts);
    case 'callback_query':
      return await handlePress(update.press, fresh, parts);
    case 'my_chat_member':
      return await handleMembership(update.membership, parts.inbox);
    case 'other':
    case 'malformed':
      return IGNORED;
  }
}
