import { namedRoom } from './access.ts';
import { type ApiCall, isRecord, jsonArg, textArg } from './api-call.ts';
import { badRequest } from './refusal.ts';
import type { World } from './world.ts';

interface MenuCommand {
  command: string;
  description: string;
}

const COMMANDS_MAX = 100;
const NAME_MAX = 32;
const DESCRIPTION_MAX = 256;
const WIDE_SCOPES = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
]);
const CHAT_SCOPES = new Set(['chat', 'chat_administrators', 'chat_member']);

export function setMyCommands(world: World, call: ApiCall): true {
  const commands = readCommands(call);
  const key = menuKey(world, call);
  if (commands.length === 0) world.commands.delete(key);
  else world.commands.set(key, commands);
  return true;
}

export function getMyCommands(world: World, call: ApiCall): MenuCommand[] {
  return world.commands.get(menuKey(world, call)) ?? [];
}

export function deleteMyCommands(world: World, call: ApiCall): true {
  world.commands.delete(menuKey(world, call));
  return true;
}

/** JSON of the scope, then the language code if any. */
function menuKey(world: World, call: ApiCall): string {
  const scope = jsonArg(call, 'scope', 'BotCommandScope') ?? { type: 'default' };
  checkScope(world, scope);
  const language = textArg(call, 'language_code');
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('Invalid language code specified');
  return JSON.stringify(scope) + language;
}

function checkScope(world: World, scope: unknown): void {
  const unreadable = (reason: string) => badRequest(`Can't parse BotCommandScope: ${reason}`);
  if (!isRecord(scope)) throw unreadable('BotCommandScope must be an Object');
  const { type, chat_id: chatId, user_id: userId } = scope;
  if (type === undefined) throw unreadable('Can\'t find field "type"');
  if (WIDE_SCOPES.has(String(type))) return;
  if (!CHAT_SCOPES.has(String(type))) throw unreadable('Unsupported type specified');
  if (chatId === undefined) throw unreadable('Can\'t find field "chat_id"');
  if (chatId === '') throw unreadable('Empty chat_id specified');
  if (type === 'chat_member' && !(Number(userId) > 0))
    throw unreadable('Invalid user_id specified');
  namedRoom(world, String(chatId));
}

function readCommands(call: ApiCall): MenuCommand[] {
  const given = jsonArg(call, 'commands', 'commands') ?? [];
  if (!Array.isArray(given)) throw badRequest('Expected an Array of BotCommand');
  if (given.length > COMMANDS_MAX) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return given.map(readCommand);
}

function readCommand(given: unknown): MenuCommand {
  const unreadable = (reason: string) => badRequest(`Can't parse BotCommand: ${reason}`);
  if (!isRecord(given)) throw unreadable('expected an Object');
  for (const field of ['command', 'description']) {
    if (given[field] === undefined) throw unreadable(`Can't find field "${field}"`);
    if (typeof given[field] !== 'string') {
      throw unreadable(`Field "${field}" must be of type String`);
    }
  }
  const command = String(given['command']).trim().replace(/^\//, '');
  const description = String(given['description']).trim();
  if (command === '') throw badRequest('Command must be non-empty');
  if ([...command].length > NAME_MAX)
    throw badRequest(`Command length must not exceed ${NAME_MAX}`);
  if (description === '') throw badRequest('Command description must be non-empty');
  if ([...description].length > DESCRIPTION_MAX) {
    throw badRequest(`Command description length must not exceed ${DESCRIPTION_MAX}`);
  }
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  return { command, description };
}
