import { type ApiCall, flagArg, textArg } from './api-call.ts';
import { badRequest } from './refusal.ts';
import type { World } from './world.ts';

const ANSWERABLE_MS = 15_000;
const ANSWER_MAX_UNITS = 200;

/** A press can be answered once, within about 15 s (the platform names no figure). */
export function answerCallbackQuery(world: World, call: ApiCall): true {
  const id = textArg(call, 'callback_query_id');
  const text = textArg(call, 'text');
  const waiting = world.presses.get(id);
  if (
    waiting === undefined ||
    waiting.press.answers.length > 0 ||
    world.now() - waiting.at > ANSWERABLE_MS
  ) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  if (text.length > ANSWER_MAX_UNITS) throw badRequest('MESSAGE_TOO_LONG');
  waiting.press.answers.push({
    ...(text === '' ? {} : { text }),
    showAlert: flagArg(call, 'show_alert'),
    at: world.now(),
  });
  return true;
}
