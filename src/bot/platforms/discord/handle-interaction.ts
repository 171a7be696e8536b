import type { MessageDoc } from '../../../alerts/message-doc.ts';
import { kindOfError } from '../../../errors.ts';
import type { Clock, Logger } from '../../../ports.ts';
import type { CommandRequest, Inbox } from '../platform.ts';
import { readButton } from './buttons.ts';
import { completions } from './completion.ts';
import type { Rights } from './delegated-rights.ts';
import type { Interaction } from './interaction.ts';
import { missingWords } from './permissions.ts';
import type { Replies } from './replies.ts';

export interface InteractionParts {
  inbox: Inbox;
  replies: Replies;
  rights: Rights;
  clock: Clock;
  log: Logger;
}

/** Suggestions later than that help nobody: an empty list is in time. */
const SUGGESTION_MS = 2_000;

const NOT_INSTALLED =
  'I only answer where I was added to the server, and in direct messages to me.';
const STRANGE_BUTTON =
  'That button does not belong to this chat, or is from an older version. Write the command instead.';

/**
 * Answers commands, buttons and autocompletion. A command is first acknowledged, then worked on;
 * what went wrong (a mistake, no right to it) is told to the person alone. Never throws.
 */
export function createInteractionHandler(
  parts: InteractionParts,
): (interaction: Interaction) => Promise<void> {
  const { inbox, replies, rights, log } = parts;

  function requestOf(
    interaction: Interaction,
    command: string,
    input: CommandRequest['input'],
  ): CommandRequest {
    const { chat, userId, place, botPermissions } = interaction;
    const isPrivate = place.guildId === undefined;
    return {
      chat,
      userId,
      command,
      input,
      private: isPrivate,
      mayManage: () => rights.mayManage(interaction, command),
      missingPermissions: async () =>
        isPrivate || botPermissions === undefined
          ? []
          : missingWords(botPermissions, place.channelType),
    };
  }

  async function run(
    interaction: Interaction,
    command: string,
    input: CommandRequest['input'],
    hidden: boolean,
  ): Promise<void> {
    if (!(await replies.defer(interaction, { hidden }))) return;
    const { doc, png, failed, repeated } = await inbox.handle(
      requestOf(interaction, command, input),
    );
    if (failed === undefined || (hidden && repeated !== true)) {
      await replies.answer(interaction, doc, png);
    } else if (repeated === true) {
      await replies.answerHidden(interaction);
    } else {
      await replies.answerHidden(interaction, doc);
    }
  }

  async function press(interaction: Interaction, data: string): Promise<void> {
    const button = readButton(interaction.chat, data);
    if (button === undefined) {
      await replies.whisper(interaction, sentence(STRANGE_BUTTON));
      return;
    }
    const command = inbox.commands.find(({ name }) => name === button.command);
    // What changes the chat is seen by the chat; an answer to a question only by who asked.
    const hidden = command?.access !== 'manage';
    await run(interaction, button.command, { text: button.text }, hidden);
  }

  async function suggest(interaction: Interaction): Promise<void> {
    if (interaction.action.kind !== 'completion') return;
    const inTime = new AbortController();
    const late = parts.clock.sleep(SUGGESTION_MS, inTime.signal).then(
      () => [],
      () => [],
    );
    const found = completions(inbox, interaction.action).catch((error: unknown) => {
      log.warn({ cause: kindOfError(error) }, 'no suggestions found');
      return [];
    });
    const choices = await Promise.race([found, late]);
    inTime.abort();
    await replies.suggest(interaction, choices);
  }

  async function handle(interaction: Interaction): Promise<void> {
    const { action } = interaction;
    if (action.kind === 'completion') return await suggest(interaction);
    if (!interaction.isInstalledHere) {
      return await replies.whisper(interaction, sentence(NOT_INSTALLED));
    }
    if (action.kind === 'press') return await press(interaction, action.data);
    await run(interaction, action.name, { options: action.options }, false);
  }

  return async (interaction) => {
    try {
      await handle(interaction);
    } catch (error) {
      const fields = { kind: interaction.action.kind, cause: kindOfError(error) };
      log.error(fields, 'interaction failed');
    }
  };
}

function sentence(text: string): MessageDoc {
  return { title: '', tone: 'info', blocks: [{ kind: 'text', text }] };
}
