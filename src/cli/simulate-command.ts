import { text } from 'node:stream/consumers';
import type { CliCommand } from './command-line.ts';
import { runSimulate } from './simulate.ts';

export const simulateCommand: CliCommand = {
  name: 'simulate',
  summary: 'Solve a cascade given on stdin as JSON: end points, critical shock, runaways',
  positionals: [],
  options: {},
  async run(context) {
    context.print(runSimulate(await text(context.input)));
    return 0;
  },
};
