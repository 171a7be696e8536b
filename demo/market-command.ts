import {
  type CliArguments,
  type CliContext,
  numberOption,
  textOption,
} from '../src/cli/command-line.ts';
import { ExitError } from '../src/errors.ts';
import { startMarket } from './market/server.ts';
import { SCENARIOS, scenarioByName } from './scenarios/by-name.ts';

export interface MarketCommandOptions {
  port: number;
  speed: number;
  scenario: string;
  seed: number;
  json: boolean;
}

export interface MarketCommandSurroundings {
  /** One line to stdout. */
  write(line: string): void;
  /** Ends the market. */
  signal: AbortSignal;
}

/**
 * Serves the market until `signal`. Throws ExitError 64 for an unknown scenario and 69 when the port
 * cannot be had. With `json` the only line is `{"event":"listening","url",…}`.
 */
export async function runMarket(
  options: MarketCommandOptions,
  { write, signal }: MarketCommandSurroundings,
): Promise<number> {
  if (scenarioByName(options.scenario) === undefined) {
    const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
    throw new ExitError(64, `no scenario “${options.scenario}”; there are ${names}`);
  }
  const { port, speed, scenario, seed } = options;
  const market = await startMarket({ port, speed, scenario, seed }).catch((cause: unknown) => {
    throw new ExitError(69, `cannot listen on port ${port}`, { cause });
  });
  try {
    for (const line of greeting(options, market.url, market.startAt)) write(line);
    await aborted(signal);
  } finally {
    await market.close();
  }
  return 0;
}

function greeting(options: MarketCommandOptions, url: string, startAt: number): string[] {
  const { scenario, seed, speed } = options;
  if (options.json) {
    return [JSON.stringify({ event: 'listening', url, scenario, seed, speed, startAt })];
  }
  return [
    `market: listening on ${url} (scenario ${scenario}, seed ${seed}, speed ${speed})`,
    `market: watch it with SOURCES_BASE_URL=${url} bin/cascade-watch start`,
  ];
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The `market` command of the command line. */
export function runMarketCommand(context: CliContext, args: CliArguments): Promise<number> {
  const port = numberOption(args, 'port', { min: 0, max: 65_535, integer: true });
  if (port === undefined) throw new ExitError(64, 'market: --port is missing (0 picks a free one)');
  return runMarket(
    {
      port,
      speed: numberOption(args, 'speed', { min: 0.01, max: 10_000 }) ?? 1,
      scenario: textOption(args, 'scenario') ?? 'cascade',
      seed: numberOption(args, 'seed', { min: 0, max: 2 ** 48, integer: true }) ?? 1,
      json: args.options['json'] === true,
    },
    { write: context.print, signal: context.signal },
  );
}
