import { InteractionResponseType, MessageFlags, type RawFile, Routes } from 'discord.js';
import type { MessageDoc } from '../../../alerts/message-doc.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { ApiRequest, DiscordApi } from './api.ts';
import { type Failure, failureOf, failureText } from './failure.ts';
import type { Interaction } from './interaction.ts';
import { type Draft, fullDraft, plainDraft, wordsDraft } from './message-draft.ts';
import { isAboutContent } from './outcome.ts';
import { readSentMessage } from './sent-message.ts';

/** Answers to one interaction. None of these throws: what does not arrive is logged. */
export interface Replies {
  /** "… is thinking", within Discord's 3 s; false when that was missed: nothing can be said then. */
  defer(interaction: Interaction, options: { hidden: boolean }): Promise<boolean>;
  /** The answer at once, seen by the person alone. */
  whisper(interaction: Interaction, doc: MessageDoc): Promise<void>;
  /** Turns the deferred message into the answer. */
  answer(interaction: Interaction, doc: MessageDoc, png?: Uint8Array): Promise<void>;
  /** Takes a deferred message that everybody sees back; says `doc` to the person alone. */
  answerHidden(interaction: Interaction, doc?: MessageDoc): Promise<void>;
  suggest(interaction: Interaction, choices: readonly string[]): Promise<void>;
}

/** Discord waits 3 s for the first answer; its way there takes some of them. */
const FIRST_ANSWER_MS = 2_700;
const FIRST_TRIES = 3;
/** An answer that is late is still worth waiting for; its token lives 15 minutes. */
const TRIES = 5;
const RETRY_BASE_MS = 500;
const MOST_WAIT_MS = 60_000;
/** "Interaction has already been acknowledged": an answer whose answer was lost had arrived. */
const ANSWERED_ALREADY = 40060;

export function createReplies(parts: { api: DiscordApi; clock: Clock; log: Logger }): Replies {
  const { api, clock, log } = parts;

  /** Repeats what surely was not carried out; with `isRepeatable` also what may have been. */
  async function persist(
    request: Omit<ApiRequest, 'authorized'>,
    options: { tries: number; isRepeatable: boolean },
  ): Promise<{ answer: unknown } | { failure: Failure }> {
    for (let tried = 1; ; tried += 1) {
      try {
        return { answer: await api({ ...request, authorized: false }) };
      } catch (error) {
        const failure = failureOf(error);
        const isOver = tried >= options.tries || request.signal?.aborted === true;
        if (isOver || !isWorthRepeating(failure, options.isRepeatable)) return { failure };
        const asked = failure.kind === 'rate-limited' ? failure.afterMs : 0;
        const waitMs = Math.max(asked, RETRY_BASE_MS * 2 ** (tried - 1));
        if (waitMs > MOST_WAIT_MS) return { failure };
        try {
          await clock.sleep(waitMs, request.signal);
        } catch {
          return { failure };
        }
      }
    }
  }

  function tell(message: string, interaction: Interaction, failure: Failure): void {
    const fields = { kind: interaction.action.kind, reason: failureText(failure) };
    log.warn(fields, message);
  }

  async function first(interaction: Interaction, body: unknown, files: RawFile[] = []) {
    const { id, token } = interaction;
    const late = new AbortController();
    const answered = new AbortController();
    clock.sleep(FIRST_ANSWER_MS, answered.signal).then(
      () => late.abort(),
      () => {},
    );
    const route = Routes.interactionCallback(id, token);
    const request = { method: 'post' as const, route, body, files, signal: late.signal };
    // A second one is refused, so that repeating it is safe.
    const result = await persist(request, { tries: FIRST_TRIES, isRepeatable: true });
    answered.abort();
    if ('answer' in result) return true;
    const { failure } = result;
    if (failure.kind === 'refused' && failure.code === ANSWERED_ALREADY) return true;
    tell('interaction not answered in time', interaction, failure);
    return false;
  }

  async function change(interaction: Interaction, draft: Draft) {
    const { applicationId, token } = interaction;
    const route = Routes.webhookMessage(applicationId, token, '@original');
    const request = { method: 'patch' as const, route, body: draft.body, files: draft.files };
    return await persist(request, { tries: TRIES, isRepeatable: true });
  }

  async function answer(interaction: Interaction, doc: MessageDoc, png?: Uint8Array) {
    const { chat } = interaction;
    let result = await change(interaction, fullDraft(chat, doc, png));
    if ('failure' in result && isAboutContent(result.failure)) {
      result = await change(interaction, plainDraft(chat, doc));
    } else if ('answer' in result && readSentMessage(result.answer)?.isReadable === false) {
      result = await change(interaction, wordsDraft(chat, doc));
    }
    if ('failure' in result) tell('answer not shown', interaction, result.failure);
  }

  return {
    defer: (interaction, { hidden }) =>
      first(interaction, {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: { flags: hidden ? MessageFlags.Ephemeral : 0 },
      }),
    async whisper(interaction, doc) {
      const { body, files } = hiddenDraft(interaction, doc);
      const type = InteractionResponseType.ChannelMessageWithSource;
      await first(interaction, { type, data: body }, files);
    },
    answer,
    async answerHidden(interaction, doc) {
      const { applicationId, token } = interaction;
      const original = Routes.webhookMessage(applicationId, token, '@original');
      const removed = await persist(
        { method: 'delete', route: original },
        { tries: TRIES, isRepeatable: true },
      );
      if (doc === undefined) return;
      // Deleted first: a follow-up would turn the deferred message, which everybody sees, into itself.
      if ('failure' in removed && !isGone(removed.failure)) {
        await answer(interaction, doc);
        return;
      }
      const { body, files } = hiddenDraft(interaction, doc);
      const route = Routes.webhook(applicationId, token);
      const request = { method: 'post' as const, route, body, files };
      const said = await persist(request, { tries: TRIES, isRepeatable: false });
      if ('failure' in said) tell('answer not shown', interaction, said.failure);
    },
    async suggest(interaction, choices) {
      await first(interaction, {
        type: InteractionResponseType.ApplicationCommandAutocompleteResult,
        data: { choices: choices.map((value) => ({ name: value, value })) },
      });
    },
  };
}

function hiddenDraft({ chat }: Interaction, doc: MessageDoc) {
  const { body, files } = fullDraft(chat, doc);
  return { body: { ...body, flags: MessageFlags.Ephemeral }, files };
}

/** "Unknown Message": it was deleted already. */
function isGone(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.code === 10008;
}

function isWorthRepeating(failure: Failure, isRepeatable: boolean): boolean {
  if (failure.kind === 'refused') return false;
  return failure.kind !== 'lost' || isRepeatable;
}
