import { MessageFlags, Routes } from 'discord.js';
import type { Clock, Logger } from '../../../ports.ts';
import type { DeliveryOutcome, PlatformMessage } from '../platform.ts';
import type { Announcements } from './announcements.ts';
import type { DiscordApi } from './api.ts';
import { createChannelTrouble, type RefusedScope } from './channel-trouble.ts';
import { type Failure, failureOf, failureText, isTokenRefused } from './failure.ts';
import type { InvalidRequests } from './invalid-requests.ts';
import { type Draft, fullDraft, PLAIN_NOTE, plainDraft, wordsDraft } from './message-draft.ts';
import { isAboutContent, outcomeOf } from './outcome.ts';
import { readSentMessage, type SentMessage } from './sent-message.ts';

export interface SenderParts {
  api: DiscordApi;
  clock: Clock;
  log: Logger;
  invalidRequests: Pick<InvalidRequests, 'heldMs'>;
  announcements: Pick<Announcements, 'sending' | 'publish'>;
  /** The role of this server that critical alerts mention. */
  roleToMention(guildId: string): string | undefined;
  /** Is an announcement channel's post to be passed on to the channels that follow it? */
  isPublished(channelId: string): boolean;
  /** What every answer says about the token. */
  tokenSeen(state: 'accepted' | 'refused'): void;
}

/** For people: why messages wait for all of Discord. */
export const HELD = 'Discord refused too many requests within ten minutes';

type Result = { kind: 'done'; message: SentMessage } | { kind: 'failed'; failure: Failure };

/** "Cannot reply without permission to read message history". */
const REPLY_REFUSED = 160002;
const MISSING_PERMISSIONS = 50013;
/** Ids become parts of paths. */
const SNOWFLAKE = /^\d{1,20}$/;
/** A busy second of the library's own limiter is waited out here, so that nobody else has to wait. */
const TRIES_IN_BUSY_SECONDS = 3;
const CRITICAL = 3;
const HIGH = 2;

/** Sends and changes messages by REST alone: needs no gateway and no cache. Never throws. */
export function createSender(
  parts: SenderParts,
): (message: PlatformMessage, signal: AbortSignal) => Promise<DeliveryOutcome> {
  const trouble = createChannelTrouble(parts.clock);

  async function attempt(
    message: PlatformMessage,
    draft: Draft,
    signal: AbortSignal,
  ): Promise<Result> {
    for (let tried = 1; ; tried += 1) {
      const result = await attemptOnce(message, draft, signal);
      if (tried >= TRIES_IN_BUSY_SECONDS || result.kind === 'done') return result;
      const { failure } = result;
      if (failure.kind !== 'rate-limited' || failure.isOwn !== true) return result;
      try {
        await parts.clock.sleep(failure.afterMs, signal);
      } catch {
        return result;
      }
    }
  }

  async function attemptOnce(
    message: PlatformMessage,
    draft: Draft,
    signal: AbortSignal,
  ): Promise<Result> {
    const channelId = channelOf(message);
    const { editOf } = message;
    try {
      const answer = await parts.api({
        method: editOf === undefined ? 'post' : 'patch',
        route:
          editOf === undefined
            ? Routes.channelMessages(channelId)
            : Routes.channelMessage(channelId, editOf),
        body: editOf === undefined ? postBody(message, draft) : draft.body,
        files: draft.files,
        signal,
      });
      parts.tokenSeen('accepted');
      const sent = readSentMessage(answer);
      if (sent !== undefined) return { kind: 'done', message: sent };
      return {
        kind: 'failed',
        failure: { kind: 'lost', reason: 'the answer of Discord cannot be read' },
      };
    } catch (error) {
      const failure = failureOf(error);
      if (isTokenRefused(failure)) parts.tokenSeen('refused');
      return { kind: 'failed', failure };
    }
  }

  function postBody(message: PlatformMessage, { body }: Draft): object {
    const role =
      message.severity >= CRITICAL ? parts.roleToMention(message.chat.chatId) : undefined;
    const silent = message.silent ? MessageFlags.SuppressNotifications : 0;
    return {
      ...body,
      ...(role === undefined
        ? {}
        : {
            content: `<@&${role}>\n${body.content}`.trim(),
            allowed_mentions: { parse: [], roles: [role] },
          }),
      flags: silent,
      // The same message is never posted twice, however often it is sent.
      nonce: message.id,
      enforce_nonce: true,
      ...(message.replyTo === undefined || !SNOWFLAKE.test(message.replyTo)
        ? {}
        : { message_reference: { message_id: message.replyTo, fail_if_not_exists: false } }),
    };
  }

  /** Once more in a form that may be taken where the full one was not. */
  async function plainly(
    message: PlatformMessage,
    failure: Failure,
    signal: AbortSignal,
  ): Promise<Result> {
    const isAboutRights = isRightsRefused({ kind: 'failed', failure });
    if (!isAboutRights && !isAboutContent(failure)) return { kind: 'failed', failure };
    const note = isAboutRights ? PLAIN_NOTE : undefined;
    const channelId = channelOf(message);
    if (isAboutRights && !trouble.mayTryPlainly(channelId)) return { kind: 'failed', failure };
    const draft = plainDraft(message.chat, message.doc, note);
    const result = await attempt(withoutReply(message), draft, signal);
    if (isAboutRights && isRightsRefused(result)) trouble.plainlyRefused(channelId);
    if (result.kind === 'done' && !isAboutRights) {
      const reason = failureText(failure);
      parts.log.warn({ message: message.id, reason }, 'message sent as plain text');
    }
    return result;
  }

  /** Without the permission to embed, embeds vanish from a message without a word. */
  async function makeReadable(
    message: PlatformMessage,
    sent: SentMessage,
    signal: AbortSignal,
  ): Promise<void> {
    if (sent.isReadable) return;
    const { chat, doc } = message;
    const draft = wordsDraft(chat, doc);
    const result = await attempt({ ...message, editOf: sent.id }, draft, signal);
    if (result.kind === 'done') return;
    const reason = failureText(result.failure);
    parts.log.warn({ message: message.id, reason }, 'message arrived without its embed');
  }

  /** Best effort: at most ten an hour are allowed. */
  function publish(message: PlatformMessage, sent: SentMessage): void {
    const channelId = channelOf(message);
    const isNews = message.editOf === undefined && message.severity >= HIGH;
    if (!isNews || !parts.isPublished(channelId)) return;
    parts.announcements.publish({ channelId, postId: sent.id, messageId: message.id });
  }

  return async (message, signal) => {
    if (signal.aborted) {
      return { kind: 'retry', afterMs: 0, reason: 'stopped before sending', scope: 'message' };
    }
    const { chat, doc, png, editOf } = message;
    if (!SNOWFLAKE.test(channelOf(message))) {
      return { kind: 'refused', reason: 'no channel of Discord has such an id', closeChat: true };
    }
    if (editOf !== undefined && !SNOWFLAKE.test(editOf)) {
      return { kind: 'gone', reason: 'no message of Discord has such an id' };
    }
    const heldMs = parts.invalidRequests.heldMs();
    if (heldMs > 0) return { kind: 'retry', afterMs: heldMs, reason: HELD, scope: 'platform' };
    parts.announcements.sending();
    const draft = fullDraft(chat, doc, png);
    let result = await attempt(message, draft, signal);
    if (isReplyRefused(result)) result = await attempt(withoutReply(message), draft, signal);
    if (result.kind === 'failed') result = await plainly(message, result.failure, signal);
    if (result.kind === 'failed') {
      const refusedMs = (scope: RefusedScope) => trouble.refused(channelOf(message), scope);
      return outcomeOf(result.failure, editOf !== undefined, refusedMs);
    }
    trouble.worked(channelOf(message));
    await makeReadable(message, result.message, signal);
    publish(message, result.message);
    return { kind: 'sent', platformMessageId: result.message.id };
  };
}

function isReplyRefused(result: Result): boolean {
  if (result.kind !== 'failed' || result.failure.kind !== 'refused') return false;
  return result.failure.code === REPLY_REFUSED;
}

function isRightsRefused(result: Result): boolean {
  if (result.kind !== 'failed' || result.failure.kind !== 'refused') return false;
  return result.failure.code === MISSING_PERMISSIONS;
}

function withoutReply({ replyTo: _, ...message }: PlatformMessage): PlatformMessage {
  return message;
}

function channelOf({ chat }: PlatformMessage): string {
  return chat.thread ?? chat.chatId;
}
