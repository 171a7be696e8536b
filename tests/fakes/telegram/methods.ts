import type { ApiCall } from './api-call.ts';
import {
  getChat,
  getChatAdministrators,
  getChatMember,
  getMe,
  leaveChat,
  sendChatAction,
} from './chat-methods.ts';
import { deleteMyCommands, getMyCommands, setMyCommands } from './command-menu.ts';
import {
  deleteMessage,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  editMessageText,
} from './edit-methods.ts';
import { answerCallbackQuery } from './press-answers.ts';
import { Refusal } from './refusal.ts';
import { sendMessage, sendPhoto } from './send-methods.ts';
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './update-methods.ts';
import type { World } from './world.ts';

type Method = (world: World, call: ApiCall, gone: AbortSignal) => unknown;

const METHODS = {
  answerCallbackQuery,
  deleteMessage,
  deleteMyCommands,
  deleteWebhook,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  editMessageText,
  getChat,
  getChatAdministrators,
  getChatMember,
  getMe,
  getMyCommands,
  getUpdates,
  getWebhookInfo,
  leaveChat,
  sendChatAction,
  sendMessage,
  sendPhoto,
  setMyCommands,
  setWebhook,
};
const BY_NAME = new Map<string, Method>(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), method]),
);

/** Gives the result of the call. Throws a Refusal. */
export async function runMethod(world: World, call: ApiCall, gone: AbortSignal): Promise<unknown> {
  const method = BY_NAME.get(call.method.toLowerCase());
  if (method === undefined) throw new Refusal(404, 'Not Found: method not found');
  return method(world, call, gone);
}
