import type { DeliveryOutcome } from '../platform.ts';
import type { ApiAnswer } from './api-answer.ts';

/** Nothing was done; the same again soon. */
const RETRY_MS = 5_000;
/** A person has to change something first. */
const PERSON_MS = 60_000;

/**
 * What an answer means for the message, or `content`: Telegram does not like the message itself, so
 * that a plainer one may pass. Codes and parameters decide before texts; nothing of a text that
 * may quote the message is passed on.
 */
export type SendResult =
  | Exclude<DeliveryOutcome, { kind: 'sent' }>
  | { kind: 'done'; result: unknown }
  /** An edit to what is there already. */
  | { kind: 'unchanged' }
  /** 429: too many messages for this chat, or for the whole bot. */
  | { kind: 'flood'; afterMs: number }
  | { kind: 'content'; about: 'photo' | 'buttons' | 'text'; reason: string };

export function sendResultOf(answer: ApiAnswer, isEdit: boolean): SendResult {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'done', result: answer.result };
    case 'failed':
      return answer.received
        ? { kind: 'unknown', reason: answer.reason }
        : { kind: 'retry', afterMs: RETRY_MS, reason: answer.reason };
    case 'refused':
      return refusalOf(answer, isEdit);
  }
}

type Refused = Extract<ApiAnswer, { kind: 'refused' }>;

function refusalOf(answer: Refused, isEdit: boolean): SendResult {
  const { code, description, retryAfterMs, migrateToChatId } = answer;
  if (migrateToChatId !== undefined) {
    const reason = 'the group became a supergroup';
    return { kind: 'moved', toChatId: migrateToChatId, reason };
  }
  if (code === 429 || retryAfterMs !== undefined) {
    return { kind: 'flood', afterMs: retryAfterMs ?? RETRY_MS };
  }
  if (code === 401) {
    const reason = 'the token was refused (401)';
    return { kind: 'retry', afterMs: PERSON_MS, reason, scope: 'platform' };
  }
  if (code === 404) {
    const reason = 'the token or the API address is wrong (404)';
    return { kind: 'retry', afterMs: PERSON_MS, reason, scope: 'platform' };
  }
  if (code === 500 || code === 502 || code === 503) {
    return { kind: 'retry', afterMs: RETRY_MS, reason: `Telegram is failing (${code})` };
  }
  if (code >= 500) return { kind: 'unknown', reason: `no answer of Telegram's (${code})` };
  if (code === 413) return { kind: 'content', about: 'photo', reason: 'the chart is too large' };
  return knownRefusal(code, description, isEdit) ?? contentRefusal(code, description);
}

interface Known {
  pattern: RegExp;
  result(code: number): SendResult;
}

const temporary = (reason: string): SendResult => {
  return { kind: 'retry', afterMs: PERSON_MS, reason, scope: 'chat' };
};
/** One topic's trouble: the other topics of the group share its pace, and must not wait for it. */
const topicClosed = (reason: string): SendResult => {
  return { kind: 'retry', afterMs: PERSON_MS, reason, scope: 'message' };
};
const closed = (reason: string, wholePlace: boolean): SendResult => {
  return { kind: 'refused', reason, closeChat: true, ...(wholePlace ? { wholePlace } : {}) };
};

/** Texts of the Bot API server (telegram-bot-api Client.cpp) and server codes, first match. */
const KNOWN: readonly Known[] = [
  {
    pattern: /not enough rights to send photos|CHAT_SEND_(PHOTOS|MEDIA)_FORBIDDEN/i,
    result: () => ({ kind: 'content', about: 'photo', reason: 'no right to send photos here' }),
  },
  {
    pattern:
      /not enough rights|have no rights|need administrator rights|CHAT_WRITE_FORBIDDEN|CHAT_ADMIN_REQUIRED|CHAT_SEND_\w+_FORBIDDEN|CHAT_RESTRICTED/i,
    result: () => temporary('the bot has no right to write here'),
  },
  {
    pattern: /TOPIC_CLOSED|TOPIC_HIDDEN|topic (is |was )?(closed|hidden)/i,
    result: () => topicClosed('the topic is closed'),
  },
  {
    pattern: /message thread not found|TOPIC_DELETED|TOPIC_ID_INVALID/i,
    result: () => closed('the topic was deleted', false),
  },
  {
    pattern: /bot was kicked/i,
    result: () => closed('the bot was removed from the chat', true),
  },
  {
    pattern: /bot is not a member|bot was blocked by the group/i,
    result: () => closed('the bot is not in the chat', true),
  },
  {
    pattern: /chat was deleted|chat is deactivated|group is deactivated|CHANNEL_PRIVATE/i,
    result: () => closed('the chat was deleted', true),
  },
  {
    pattern: /chat not found|PEER_ID_INVALID|chat_id is empty/i,
    result: () => closed('there is no such chat', true),
  },
  {
    pattern: /bot was blocked by the user/i,
    result: () => closed('the user blocked the bot', false),
  },
  { pattern: /user is deactivated/i, result: () => closed('the account was deleted', false) },
  {
    pattern: /can't initiate conversation/i,
    result: () => closed('the user never started the bot', false),
  },
];

const GONE =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|message identifier is not specified|there is no (text|caption|media) in the message to edit/i;

function knownRefusal(code: number, description: string, isEdit: boolean): SendResult | undefined {
  if (isEdit && /message is not modified|MESSAGE_NOT_MODIFIED/i.test(description))
    return { kind: 'unchanged' };
  if (isEdit && GONE.test(description)) {
    return { kind: 'gone', reason: 'the message is not there any more or cannot be changed' };
  }
  const known = KNOWN.find(({ pattern }) => pattern.test(description));
  if (known !== undefined) return known.result(code);
  // Whatever else is forbidden is forbidden by somebody who decides about the chat.
  return code === 403 ? closed('Telegram forbids writing here (403)', false) : undefined;
}

function contentRefusal(code: number, description: string): SendResult {
  const about = /photo|image|PHOTO|IMAGE|media|file/i.test(description)
    ? 'photo'
    : /button|keyboard|reply markup/i.test(description)
      ? 'buttons'
      : 'text';
  return { kind: 'content', about, reason: `Telegram refused the ${about} (${code})` };
}
