import { ExitError } from '../errors.ts';
import { type CliCommand, usageLine } from './command-line.ts';

/** `help [command]`, over the given commands. */
export function createHelpCommand(others: readonly CliCommand[]): CliCommand {
  const help: CliCommand = {
    name: 'help',
    summary: 'What the commands are, or all about one of them',
    positionals: ['[command]'],
    options: {},
    async run(context, args) {
      const [name] = args.positionals;
      const all = [...others, help];
      if (name === undefined) {
        for (const line of overview(all)) context.print(line);
        return 0;
      }
      const command = all.find((candidate) => candidate.name === name);
      if (command === undefined) throw new ExitError(64, unknownCommand(name, all));
      for (const line of details(command)) context.print(line);
      return 0;
    },
  };
  return help;
}

export function unknownCommand(name: string, commands: readonly CliCommand[]): string {
  return `there is no command “${name}”; there is ${commands.map((command) => command.name).join(', ')}`;
}

function overview(commands: readonly CliCommand[]): string[] {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'cascade-watch warns chats before leveraged crypto markets fall over.',
    '',
    'usage: cascade-watch <command> [options]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'cascade-watch help <command> says more about one.',
  ];
}

function details(command: CliCommand): string[] {
  const rows = Object.entries(command.options).map(([name, option]): [string, string] => [
    option.value === undefined ? `--${name}` : `--${name} ${option.value}`,
    option.summary,
  ]);
  const width = Math.max(0, ...rows.map(([flag]) => flag.length));
  return [
    command.summary,
    '',
    `usage: ${usageLine(command)}`,
    ...(rows.length === 0 ? [] : ['']),
    ...rows.map(([flag, summary]) => `  ${flag.padEnd(width)}  ${summary}`),
  ];
}
