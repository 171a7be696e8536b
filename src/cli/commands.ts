import type { CliCommand } from './command-line.ts';
import { doctorCommand } from './doctor.ts';
import { fetchCommand } from './fetch-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { startCommand } from './start.ts';

const JSON_SWITCH = { json: { summary: 'JSON lines on stdout instead of text' } };

/** The simulated market is loaded only when it is asked for. */
const marketCommand: CliCommand = {
  name: 'market',
  summary: 'Serve a simulated market on loopback in the venues’ wire formats',
  positionals: [],
  options: {
    port: { value: 'N', summary: 'Port to listen on; 0 picks a free one' },
    speed: { value: 'X', summary: 'Simulated seconds per real second; default 1' },
    scenario: { value: 'NAME', summary: 'What happens: cascade, quiet or shorts; default cascade' },
    seed: { value: 'S', summary: 'Whole number that fixes all randomness' },
    ...JSON_SWITCH,
  },
  async run(context, args) {
    const { runMarketCommand } = await import('../../demo/market-command.ts');
    return runMarketCommand(context, args);
  },
};

const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'The whole story in a minute: a simulated market, a cascade, a warned chat',
  positionals: [],
  options: {
    exit: { summary: 'Run without waiting for anybody, and exit' },
    report: { value: 'FILE', summary: 'Write what was warned and what came as JSON' },
    seed: { value: 'S', summary: 'Whole number that fixes all randomness' },
    speed: { value: 'X', summary: 'Simulated seconds per real second' },
  },
  async run(context, args) {
    const { runDemoCommand } = await import('../../demo/demo-command.ts');
    return runDemoCommand(context, args);
  },
};

/** All commands but `help`, in the order `help` lists them. */
export const COMMAND_LINE: readonly CliCommand[] = [
  startCommand,
  demoCommand,
  marketCommand,
  doctorCommand,
  fetchCommand,
  simulateCommand,
];
