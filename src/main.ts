import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { type CliCommand, type CliContext, parseArguments } from './cli/command-line.ts';
import { COMMAND_LINE } from './cli/commands.ts';
import { createHelpCommand, unknownCommand } from './cli/help.ts';
import { AppError, describeCause, ExitError } from './errors.ts';
import { secretHider } from './log.ts';

/**
 * The command line: the only place with signals, exit codes and the process's own streams.
 * Exit codes: docs/interfaces.md.
 */
const stopper = new AbortController();
let receivedSignal: 'SIGINT' | 'SIGTERM' | undefined;
let hideSecrets = (text: string): string => text;
const containers: ((error: unknown) => boolean)[] = [];

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means: now.
    if (receivedSignal !== undefined) process.exit(128 + constants.signals[name]);
    receivedSignal = name;
    stopper.abort(new AppError('process/stopped', `stopped by ${name}`));
  });
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    if (containers.some((contain) => contain(error))) return;
    // A programming error: the store makes a restart safe, going on would not be.
    process.exit(reportBug(error));
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // Whoever read a one-shot command has seen enough; a service goes on without its terminal.
  if (commandOf(process.argv[2])?.service !== true) process.exit(0);
});

const context: CliContext = {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  input: process.stdin,
  output: process.stdout,
  signal: stopper.signal,
  hideSecrets: (secrets) => {
    hideSecrets = secretHider(secrets);
  },
  containErrors: (contain) => {
    containers.push(contain);
  },
};

process.exit(await run(process.argv.slice(2)));

async function run(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args[0] === '--help' || args[0] === '-h' ? ['help'] : args;
  const help = createHelpCommand(COMMAND_LINE);
  const commands = [...COMMAND_LINE, help];
  try {
    const command = commands.find((candidate) => candidate.name === name);
    if (command === undefined) throw new ExitError(64, unknownCommand(name, commands));
    if (rest.includes('--help')) {
      return await help.run(context, { options: {}, positionals: [name] });
    }
    const code = await command.run(context, parseArguments(command, rest));
    if (receivedSignal === undefined || command.service === true) return code;
    return 128 + constants.signals[receivedSignal];
  } catch (error) {
    if (receivedSignal !== undefined) return 128 + constants.signals[receivedSignal];
    if (error instanceof ExitError) {
      context.complain(`cascade-watch: ${error.message}`);
      return error.exitCode;
    }
    if (error instanceof AppError) {
      context.complain(`cascade-watch: ${describeCause(error)}`);
      return 69;
    }
    return reportBug(error);
  }
}

function commandOf(name: string | undefined): CliCommand | undefined {
  return COMMAND_LINE.find((command) => command.name === name);
}

/** Tells a person what to quote, and the stack for whoever mends it. */
function reportBug(error: unknown): number {
  const id = randomBytes(4).toString('hex');
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const line = JSON.stringify({ level: 'error', bug: id, detail });
  process.stderr.write(`${hideSecrets(line)}\n`);
  context.complain(`cascade-watch: this is a bug (id ${id}); please report it with the line above`);
  return 70;
}
