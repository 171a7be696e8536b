import { formatDuration } from '../../alerts/format.ts';
import type { MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import { either } from '../answers/known-assets.ts';
import type { CommandDefinition } from '../commands/define.ts';
import { nearMisses } from '../options/near-miss.ts';
import { quoted } from '../options/read-value.ts';
import { shortLine } from '../text/short-line.ts';
import type { Refusal } from './limits.ts';

/** Fits a title everywhere. */
const LONGEST_TITLE = 250;

/** An answer of one sentence or two. */
export function explained(text: string): MessageDoc {
  return { title: shortLine(text, LONGEST_TITLE), tone: 'info', blocks: [] };
}

export function unknownCommand(
  commands: readonly CommandDefinition[],
  typed: string,
): CommandError {
  const close = nearMisses(
    typed,
    commands.map(({ name }) => name),
  );
  const hint =
    close.length === 0 ? 'Write /help for what I can do.' : `Did you mean ${either(close)}?`;
  return new CommandError(`I don't know the command ${quoted(typed)}. ${hint}`);
}

export function limitText({ who, waitMs }: Refusal): string {
  const wait = formatDuration(Math.ceil(waitMs / 1000) * 1000);
  const asked = who === 'user' ? 'You have asked' : 'This chat has asked';
  return `${asked} a lot within a minute. I answer again in ${wait}; alerts come all the same.`;
}
