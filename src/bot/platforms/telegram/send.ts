import type { Logger } from '../../../ports.ts';
import type { DeliveryOutcome, PlatformMessage } from '../platform.ts';
import type { TelegramApi } from './api.ts';
import { createFloodScope } from './flood-scope.ts';
import { type CallStyle, editCall, FULL_STYLE, postCall } from './message-call.ts';
import { type MessageRef, readRef, writeRef } from './message-ref.ts';
import { type SendResult, sendResultOf } from './outcome.ts';

export interface SendParts {
  api: Pick<TelegramApi, 'call'>;
  log: Logger;
  callDeadlineMs: number;
  /** Real time, epoch ms. */
  now(): number;
  /** Names of commands that stay tappable in texts. */
  commands(): ReadonlySet<string>;
  /** The token was refused (401). */
  tokenRefused(): void;
}

/** Makes the `send` of the platform: one message, at most two calls, never a rejection. */
export function createSend(
  parts: SendParts,
): (message: PlatformMessage, signal: AbortSignal) => Promise<DeliveryOutcome> {
  const { api, log } = parts;
  const floodScope = createFloodScope(parts.now);

  async function attempt(
    message: PlatformMessage,
    target: MessageRef | undefined,
    style: CallStyle,
    signal: AbortSignal,
  ): Promise<Settled> {
    const commands = parts.commands();
    const { method, payload, becomes } =
      target === undefined
        ? postCall(message, style, commands)
        : editCall(message, target, style, commands);
    const answer = await api.call(method, payload, { deadlineMs: parts.callDeadlineMs, signal });
    if (answer.kind === 'refused' && answer.code === 401) parts.tokenRefused();
    return settled(sendResultOf(answer, target !== undefined), message, target, becomes);
  }

  function settled(
    result: SendResult,
    message: PlatformMessage,
    target: MessageRef | undefined,
    becomes: MessageRef['kind'],
  ): Settled {
    switch (result.kind) {
      case 'done':
        return arrived(result.result, target, becomes);
      case 'unchanged':
        return arrived(true, target, becomes);
      case 'flood': {
        const { afterMs } = result;
        const platformAfterMs = floodScope(message.chat.chatId, afterMs);
        const reason = 'Telegram asked to wait (429)';
        const everybody = platformAfterMs === undefined ? {} : { platformAfterMs };
        return { kind: 'retry', afterMs, reason, scope: 'chat', ...everybody };
      }
      default:
        return result;
    }
  }

  async function deliver(message: PlatformMessage, signal: AbortSignal): Promise<DeliveryOutcome> {
    const target = message.editOf === undefined ? undefined : readRef(message.editOf);
    if (message.editOf !== undefined && target === undefined) {
      return { kind: 'gone', reason: 'no message of this platform' };
    }
    const first = await attempt(message, target, FULL_STYLE, signal);
    if (first.kind !== 'content') return first;
    log.warn({ message: message.id, reason: first.reason }, 'telegram message sent plainer');
    const plainer: CallStyle = {
      html: first.about !== 'text',
      photo: first.about !== 'photo',
      buttons: first.about !== 'buttons',
    };
    const second = await attempt(message, target, plainer, signal);
    return second.kind === 'content'
      ? { kind: 'refused', reason: second.reason, closeChat: false }
      : second;
  }

  return async (message, signal) => {
    if (signal.aborted) return { kind: 'retry', afterMs: 0, reason: 'stopped before sending' };
    if (!/^-?\d{1,16}$/.test(message.chat.chatId)) {
      return { kind: 'refused', reason: 'no chat of this platform', closeChat: true };
    }
    try {
      return await deliver(message, signal);
    } catch (error) {
      // Only rendering can fail here, before anything was sent; it would fail the same way again.
      const name = error instanceof Error ? error.name : typeof error;
      log.error({ message: message.id, error: name }, 'message not rendered');
      return { kind: 'refused', reason: 'the message could not be rendered', closeChat: false };
    }
  };
}

type Settled = DeliveryOutcome | Extract<SendResult, { kind: 'content' }>;

/** Edits of a message may answer `true`; a new message has an id, or nobody can tell what came of it. */
function arrived(
  result: unknown,
  target: MessageRef | undefined,
  becomes: MessageRef['kind'],
): Settled {
  if (target !== undefined) return { kind: 'sent', platformMessageId: writeRef(target) };
  const messageId =
    typeof result === 'object' && result !== null && 'message_id' in result
      ? Number(result.message_id)
      : Number.NaN;
  return Number.isSafeInteger(messageId) && messageId > 0
    ? { kind: 'sent', platformMessageId: writeRef({ kind: becomes, messageId }) }
    : { kind: 'unknown', reason: 'the answer does not say what was sent' };
}
