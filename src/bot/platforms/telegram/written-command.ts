import type { CommandDefinition } from '../../commands/define.ts';

/** What somebody wrote, read as a command. */
export interface WrittenCommand {
  /** Of ours, or as typed when there is none of that name. */
  name: string;
  known: boolean;
  /** The bot was named (`/risk@our_bot`). */
  addressed: boolean;
  /** The rest of the line. */
  text: string;
}

/** Longest message of Telegram. How much of it makes sense is for the options to say: a list cut off here would pass for a shorter one. */
const MOST_UNITS = 4_096;

/**
 * `/name text` or `/name@bot text`; undefined: no command, or one for another bot. Without a slash
 * (`slash: false`, for private chats) the first word is taken for the name.
 */
export function readCommand(
  written: string,
  botName: string,
  commands: readonly CommandDefinition[],
  options: { slash: boolean },
): WrittenCommand | undefined {
  const line = written.slice(0, MOST_UNITS).toWellFormed();
  const found = /^\/([\w-]{1,64})(?:@(\w{1,64}))?(?:\s+([\s\S]*))?$/.exec(line);
  if (found === null) return options.slash ? undefined : firstWord(line, commands);
  const [, typed = '', bot, text = ''] = found;
  if (bot !== undefined && bot.toLowerCase() !== botName.toLowerCase()) return undefined;
  return { ...named(typed, commands), addressed: bot !== undefined, text: text.trim() };
}

function firstWord(
  line: string,
  commands: readonly CommandDefinition[],
): WrittenCommand | undefined {
  const found = /^\s*\/?(\S+)\s*([\s\S]*)$/.exec(line);
  if (found === null) return undefined;
  const [, typed = '', text = ''] = found;
  return { ...named(typed, commands), addressed: false, text: text.trim() };
}

function named(
  typed: string,
  commands: readonly CommandDefinition[],
): Pick<WrittenCommand, 'name' | 'known'> {
  const name = menuName(typed);
  const command = commands.find((one) => menuName(one.name) === name);
  return command === undefined
    ? { name: typed, known: false }
    : { name: command.name, known: true };
}

/** The name as Telegram allows it: `[a-z0-9_]`. */
export function menuName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
