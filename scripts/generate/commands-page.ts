import type { CommandDefinition } from '../../src/bot/commands/define.ts';
import { generatedNote, markdownTable } from './markdown-table.ts';

/** docs/commands.md: every chat command and every command of the command line. */
export async function commandsPage(): Promise<string> {
  // Loaded late: the registry may just have been written.
  const { COMMANDS } = await import('../../src/bot/commands.gen.ts');
  const { COMMAND_LINE } = await import('../../src/cli/commands.ts');
  const { usageLine } = await import('../../src/cli/command-line.ts');
  const { createHelpCommand } = await import('../../src/cli/help.ts');
  const commandLine = [...COMMAND_LINE, createHelpCommand(COMMAND_LINE)];
  return `${generatedNote('src/bot/commands/ and src/cli/')}
# Commands

## In chat

*Manage* marks those that in a shared chat only people who may manage it can use. On the terminal the
slash may be left out.

${markdownTable(
  ['command', 'what it does', 'manage', 'examples'],
  COMMANDS.map((command) => [
    `\`${chatUsage(command)}\``,
    command.summary,
    command.access === 'manage' ? 'yes' : '',
    command.examples.map((example) => `\`/${example}\``).join(', '),
  ]),
)}

${markdownTable(
  ['command', 'option', 'meaning'],
  COMMANDS.flatMap((command) =>
    command.options.map(({ name, summary }) => [`/${command.name}`, `\`${name}\``, summary]),
  ),
)}

## On the command line

Exit codes and formats: [interfaces.md](interfaces.md).

${markdownTable(
  ['command', 'what it does'],
  commandLine.map((command) => [`\`${usageLine(command)}\``, command.summary]),
)}

${markdownTable(
  ['command', 'option', 'meaning'],
  commandLine.flatMap((command) =>
    Object.entries(command.options).map(([name, { value, summary }]) => [
      command.name,
      `\`--${name}${value === undefined ? '' : ` ${value}`}\``,
      summary,
    ]),
  ),
)}
`;
}

function chatUsage(command: CommandDefinition): string {
  const options = command.options.map(({ name, required }) =>
    required ? `<${name}>` : `[${name}]`,
  );
  return [`/${command.name}`, ...options].join(' ');
}
