import { handleMigration } from './chat-events.ts';
import { chatOf } from './chat-of.ts';
import { brokenBy, type Effect, type EffectParts, IGNORED } from './effect.ts';
import type { TelegramMessage } from './read-update.ts';
import type { Rights } from './rights.ts';
import { stored } from './store-failure.ts';
import { readCommand } from './written-command.ts';

/** A message or channel post: a command, the news that a group has a new id, or nothing. */
export async function handleMessage(message: TelegramMessage, parts: EffectParts): Promise<Effect> {
  const migrated = await handleMigration(message, parts.inbox);
  if (migrated !== undefined) return migrated;
  const { text, chat } = message;
  const forwarded = message.forward_origin !== undefined || message.forward_date !== undefined;
  const isOld = parts.serverNow() - message.date * 1000 > parts.oldCommandMs;
  if (text === undefined || forwarded || isOld) return IGNORED;
  const isPrivate = chat.type === 'private';
  const command = readCommand(text, parts.bot.name, parts.inbox.commands, { slash: !isPrivate });
  if (command === undefined) return IGNORED;
  if (command.name.toLowerCase() === 'start' && !command.known) return await start(message, parts);
  // In a group a command nobody knows and that names nobody is another bot's.
  if (!command.known && !command.addressed && !isPrivate) return IGNORED;
  return await run(message, command.name, command.text, parts);
}

/**
 * `/start` is what Telegram writes when somebody opens the bot, or (`/start@bot`) adds it to a group
 * by its link. A person alone gets the help; a group is greeted when the bot is new there.
 */
async function start(message: TelegramMessage, parts: EffectParts): Promise<Effect> {
  const chat = chatOf(message);
  const isPrivate = message.chat.type === 'private';
  await stored(() => parts.inbox.joined(chat, { greet: !isPrivate }));
  return isPrivate ? await run(message, 'help', '', parts) : { replies: [] };
}

async function run(
  message: TelegramMessage,
  command: string,
  text: string,
  parts: EffectParts,
): Promise<Effect> {
  const chat = chatOf(message);
  const isPrivate = message.chat.type === 'private';
  const answer = await parts.inbox.handle({
    chat,
    userId: writerOf(message),
    mayManage: () => mayManage(message, parts.rights),
    command,
    input: { text },
    private: isPrivate,
    draw: false,
    missingPermissions: () => parts.rights.missing(chat.chatId, message.chat.type, parts.bot.id),
  });
  if (answer.repeated === true) return IGNORED;
  const replyTo = isPrivate ? {} : { replyTo: String(message.message_id) };
  return { replies: [{ chat, doc: answer.doc, ...replyTo }], ...brokenBy(answer) };
}

/** For limits: a person, or the chat that somebody writes as. */
function writerOf({ from, sender_chat: as, chat }: TelegramMessage): string {
  return String(as?.id ?? from?.id ?? chat.id);
}

async function mayManage(message: TelegramMessage, rights: Rights): Promise<boolean> {
  const { chat, from, sender_chat: as } = message;
  // Only administrators write in channels.
  if (chat.type === 'private' || chat.type === 'channel') return true;
  // As the group itself only its anonymous administrators write; another channel has no rights.
  if (as !== undefined) return as.id === chat.id;
  if (from === undefined) return false;
  return (await rights.standing(String(chat.id), String(from.id))) === 'manager';
}
