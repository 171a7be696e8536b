import type { CommandDefinition } from '../../src/bot/commands/define.ts';
import { generatedNote, markdownTable } from './markdown-table.ts';

/** docs/commands.md: every chat command and every command of the command line. */
export async function commandsPage(): Promise<string> {
  // Loaded late: the registry may just have been written.
  const { COMMANDS } = await import('../../src/bot/commands.gen.ts');
  const { COMMAND_LINE } = await import('../../src/cli/commands.ts');
  const { usageLine } = await import('../../src/cli/command-line.ts');
  return `${generatedNote('src/bot/commands/ and src/cli/')}
# Commands

## In chat

*Manage* marks those that in a shared chat only people who may manage it can use.

${markdownTable(
  ['command', 'what it does', 'manage', 'examples'],
  COMMANDS.map((command) => [
    `\`${chatUsage(command)}\``,
    command.summary,
    command.access === 'manage' ? 'yes' : '',
    command.examples.map((example) => `\`/${example}\``).join(', '),
  ]),
)}

## On the command line

${markdownTable(
  ['command', 'what it does'],
  COMMAND_LINE.map((command) => [`\`${usageLine(command)}\``, command.summary]),
)}
`;
}

function chatUsage(command: CommandDefinition): string {
  const options = command.options.map(({ name, required }) =>
    required ? `<${name}>` : `[${name}]`,
  );
  return [`/${command.name}`, ...options].join(' ');
}
