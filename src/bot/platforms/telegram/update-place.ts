import type { Update } from './read-update.ts';

/** Updates of the same place are dealt with in order; of different ones in any order. */
export function placeOf(update: Update): string {
  switch (update.kind) {
    case 'message':
    case 'channel_post':
      return String(update.message.chat.id);
    case 'callback_query': {
      const { message, from } = update.press;
      return message === undefined ? `pressed by ${from.id}` : String(message.chat.id);
    }
    case 'my_chat_member':
      return String(update.membership.chat.id);
    case 'other':
    case 'malformed':
      return 'nowhere';
  }
}

/** When it came to be, epoch ms by Telegram's clock; undefined: it does not say (a press). */
export function timeOf(update: Update): number | undefined {
  const isMessage = update.kind === 'message' || update.kind === 'channel_post';
  // 0: a message that cannot be looked at any more.
  return isMessage && update.message.date > 0 ? update.message.date * 1000 : undefined;
}
