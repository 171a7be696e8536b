import { PassThrough } from 'node:stream';
import type { CliContext } from '../../src/cli/command-line.ts';

/** A command line without a process: what was printed, and what was complained about. */
export function cliContext(environment: Record<string, string> = {}) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const stopper = new AbortController();
  const context: CliContext = {
    environment,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    input: new PassThrough(),
    output: new PassThrough(),
    signal: stopper.signal,
    hideSecrets: () => undefined,
    containErrors: () => undefined,
  };
  return { context, printed, complaints, stop: (reason: unknown) => stopper.abort(reason) };
}
