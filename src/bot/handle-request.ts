import { randomBytes } from 'node:crypto';
import type { MessageDoc } from '../alerts/message-doc.ts';
import { CommandError, describeCause } from '../errors.ts';
import type { EpochMs, Logger } from '../ports.ts';
import { either } from './answers/known-assets.ts';
import type { DrawFigure } from './charts/draw-outcome.ts';
import type { CommandContext, CommandDefinition } from './commands/define.ts';
import { nearMisses } from './options/near-miss.ts';
import { parseOptions } from './options/parse-options.ts';
import { parseText } from './options/parse-text.ts';
import { quoted } from './options/read-value.ts';
import type { Answer, CommandRequest, Inbox } from './platforms/platform.ts';

export interface InboxParts {
  commands: readonly CommandDefinition[];
  store: CommandContext['store'];
  status: CommandContext['status'];
  settings: CommandContext['settings'];
  sourceTitles?: NonNullable<CommandContext['sourceTitles']>;
  now(): EpochMs;
  log: Logger;
  drawFigure: DrawFigure;
  /** Id of a bug, shown to the person and logged; random when absent. */
  makeId?: () => string;
}

/**
 * What platforms hand commands to. Every request gets an answer: a person's mistake is explained,
 * a bug is logged with an id and answered with it, a chart that fails leaves the text.
 */
export function createInbox(parts: InboxParts): Inbox {
  const { commands, log } = parts;
  const makeId = parts.makeId ?? (() => randomBytes(4).toString('hex'));

  async function handle(request: CommandRequest): Promise<Answer> {
    try {
      const doc = await run(request);
      const png = await drawn(doc);
      return png === undefined ? { doc } : { doc, png };
    } catch (error) {
      if (error instanceof CommandError) return { doc: explained(error.message) };
      const id = makeId();
      const command = knownName(commands, request);
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ id, command, cause: describeCause(error), stack }, 'command failed');
      return { doc: explained(`Something broke (id ${id}). It was logged; please try again.`) };
    }
  }

  async function run(request: CommandRequest): Promise<MessageDoc> {
    const command = commands.find(({ name }) => name === request.command.toLowerCase());
    if (command === undefined) throw unknownCommand(commands, request.command);
    if (command.access === 'manage' && !request.mayManage) {
      throw new CommandError('Only people who may manage this chat can do that here.');
    }
    const { input } = request;
    const values =
      'text' in input ? parseText(command, input.text) : parseOptions(command, input.options);
    await reopen(request);
    return await command.run(
      {
        chat: request.chat,
        now: parts.now,
        store: parts.store,
        status: parts.status,
        commands,
        settings: parts.settings,
        ...(parts.sourceTitles === undefined ? {} : { sourceTitles: parts.sourceTitles }),
      },
      values,
    );
  }

  /** Somebody wrote here, so the chat can be reached again. */
  async function reopen({ chat }: CommandRequest): Promise<void> {
    try {
      await parts.store.subscriptions.reopenChat(chat);
    } catch (error) {
      log.warn({ cause: describeCause(error) }, 'chat not reopened');
    }
  }

  async function drawn({ figure }: MessageDoc): Promise<Uint8Array | undefined> {
    if (figure === undefined) return undefined;
    try {
      const outcome = await parts.drawFigure(figure);
      if (outcome.kind === 'drawn') return outcome.png;
      log.warn({ reason: outcome.reason }, 'chart of an answer not drawn');
    } catch (error) {
      log.warn({ reason: describeCause(error) }, 'chart of an answer not drawn');
    }
    return undefined;
  }

  return { commands, handle };
}

function explained(text: string): MessageDoc {
  return { title: text, tone: 'info', blocks: [] };
}

function unknownCommand(commands: readonly CommandDefinition[], typed: string): CommandError {
  const names = commands.map(({ name }) => name);
  const close = nearMisses(typed, names);
  const hint =
    close.length === 0 ? 'Write /help for what I can do.' : `Did you mean ${either(close)}?`;
  return new CommandError(`I don't know the command ${quoted(typed)}. ${hint}`);
}

/** Only names of ours are logged: what people type is theirs. */
function knownName(commands: readonly CommandDefinition[], request: CommandRequest): string {
  const name = request.command.toLowerCase();
  return commands.some((command) => command.name === name) ? name : 'unknown';
}
