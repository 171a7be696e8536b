import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import { either } from '../answers/known-assets.ts';
import { nearMisses } from '../options/near-miss.ts';
import { quoted } from '../options/read-value.ts';
import { usageOf } from '../options/usage.ts';
import { commandHint } from '../text/no-break.ts';
import { type CommandDefinition, defineCommand } from './define.ts';

/** `/help`: all commands; `/help subscribe`: one with its options and examples. */
export const helpCommand = defineCommand({
  name: 'help',
  summary: 'What I can do, or how to use one command',
  options: [
    { name: 'command', summary: 'A command, for example risk', required: false, type: 'word' },
  ],
  access: 'anyone',
  examples: ['help', 'help subscribe'],
  async run(context, values): Promise<MessageDoc> {
    const wanted = values.word('command')?.replace(/^\//, '');
    if (wanted === undefined) return overview(context.commands);
    const command = context.commands.find(({ name }) => name === wanted);
    if (command !== undefined) return details(command);
    const close = nearMisses(
      wanted,
      context.commands.map(({ name }) => name),
    );
    const hint =
      close.length === 0 ? 'Write /help for all of them.' : `Did you mean ${either(close)}?`;
    throw new CommandError(`There is no command ${quoted(wanted)}. ${hint}`);
  },
});

function overview(commands: readonly CommandDefinition[]): MessageDoc {
  return {
    title: 'I warn before leveraged crypto markets fall over',
    tone: 'info',
    blocks: [
      {
        kind: 'text',
        text: 'Forced sales move the price, the move forces more sales. I watch how much is within reach.',
      },
      {
        kind: 'fields',
        fields: commands.map((command) => ({ name: usageOf(command), value: command.summary })),
      },
      { kind: 'text', text: `More about one: ${commandHint('help subscribe')}.` },
    ],
    footer:
      'No financial advice: figures are estimates, and every message says what they stand on.',
  };
}

function details(command: CommandDefinition): MessageDoc {
  const blocks: Block[] = [{ kind: 'text', text: command.summary }];
  if (command.options.length > 0) {
    const fields = command.options.map(({ name, summary, required }) => ({
      name,
      value: required ? summary : `${summary} (optional)`,
    }));
    blocks.push({ kind: 'fields', fields });
  }
  blocks.push({ kind: 'list', items: command.examples.map(commandHint) });
  if (command.access === 'manage') {
    blocks.push({ kind: 'text', text: 'In a shared chat only for people who may manage it.' });
  }
  return { title: usageOf(command), tone: 'info', blocks };
}
