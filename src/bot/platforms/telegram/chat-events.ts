import type { Inbox } from '../platform.ts';
import { type Effect, PLATFORM } from './effect.ts';
import type { TelegramMembership, TelegramMessage } from './read-update.ts';
import { stored } from './store-failure.ts';

const DONE: Effect = { replies: [] };

/** The bot came, went, or its rights changed. */
export async function handleMembership(
  { chat, old_chat_member: before, new_chat_member: after }: TelegramMembership,
  inbox: Inbox,
): Promise<Effect> {
  const place = { platform: PLATFORM, chatId: String(chat.id) };
  if (!isPresent(after)) {
    await stored(() => inbox.left(place, reasonOf(chat.type, after.status)));
    return DONE;
  }
  // Alone with a person the first words are the answer to /start.
  const greet = chat.type !== 'private' && !isPresent(before);
  await stored(() => inbox.joined(place, { greet }));
  return DONE;
}

/** A group became a supergroup: told in the old one and in the new one. Undefined: neither. */
export async function handleMigration(
  { chat, migrate_to_chat_id: to, migrate_from_chat_id: from }: TelegramMessage,
  inbox: Inbox,
): Promise<Effect | undefined> {
  if (to === undefined && from === undefined) return undefined;
  const oldId = String(from ?? chat.id);
  const newId = String(from === undefined ? to : chat.id);
  await stored(() => inbox.moved({ platform: PLATFORM, chatId: oldId }, newId));
  return DONE;
}

function isPresent(member: TelegramMembership['new_chat_member']): boolean {
  if (member.status === 'restricted') return member.is_member !== false;
  return member.status !== 'left' && member.status !== 'kicked';
}

function reasonOf(type: TelegramMembership['chat']['type'], status: string): string {
  if (type === 'private') return 'the user blocked the bot';
  const what = type === 'channel' ? 'channel' : 'group';
  return status === 'kicked'
    ? `the bot was removed from the ${what}`
    : `the bot is no longer in the ${what}`;
}
