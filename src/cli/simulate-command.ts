import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CliCommand } from './command-line.ts';
import { runSimulate } from './simulate.ts';

export const simulateCommand: CliCommand = {
  name: 'simulate',
  summary: 'Solve a cascade given on stdin as JSON: end points, critical shock, runaways',
  positionals: [],
  options: {},
  async run(context) {
    // Somebody who started it without input stops it with one Ctrl-C.
    const input = addAbortSignal(context.signal, context.input);
    context.print(runSimulate(await text(input)));
    return 0;
  },
};
