import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createApp } from '../src/app.ts';
import { createConsolePlatform } from '../src/bot/platforms/console.ts';
import {
  type CliArguments,
  type CliContext,
  numberOption,
  textOption,
} from '../src/cli/command-line.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { configuredSources, KNOWN_SOURCE_IDS } from '../src/configured-sources.ts';
import { createLogger } from '../src/log.ts';
import { createMarketClock } from '../src/market-clock.ts';
import type { Reading } from '../src/signals/model/reading.ts';
import { openStore } from '../src/store/open-store.ts';
import { startMarket } from './market/server.ts';
import { createNarrator } from './narrator.ts';
import { createPacer } from './pacer.ts';
import { buildReport, type DemoReport } from './report.ts';
import { createStoryEnd } from './story-end.ts';
import { predictWith, toldAssets, toldMessages } from './told.ts';

/** Simulated seconds per real second: three and a half hours in about 40 seconds. */
const DEFAULT_SPEED = 300;
const DEFAULT_SEED = 1;
const WATCHED = ['ETH', 'BTC'];
const DAY_MS = 86_400_000;
const NOON_MS = DAY_MS / 2;
/** Real ms after which the story ends wherever it is: a busy computer must not make it endless. */
const LONGEST_STORY_MS = 80_000;

/**
 * The whole program against the simulated market, telling what happens on the terminal: nothing is
 * mocked, only time runs faster. Ends when the alerts of the story have been closed (or its time is up);
 * on a terminal and without `--exit` it then stays for questions.
 */
export async function runDemoCommand(context: CliContext, args: CliArguments): Promise<number> {
  const speed = numberOption(args, 'speed', { min: 1, max: 2000 }) ?? DEFAULT_SPEED;
  const seed = numberOption(args, 'seed', { min: 0, max: 2 ** 48, integer: true }) ?? DEFAULT_SEED;
  const reportFile = textOption(args, 'report');
  const staying = args.options['exit'] !== true && context.input.isTTY === true;
  const folder = await mkdtemp(join(tmpdir(), 'cascade-watch-demo-'));
  try {
    const report = await tellStory({ context, speed, seed, staying, folder });
    if (reportFile !== undefined) {
      await writeFile(reportFile, `${JSON.stringify(report, null, 2)}\n`);
      context.print(`report: ${reportFile}`);
    }
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Story {
  context: CliContext;
  speed: number;
  seed: number;
  /** Go on answering after the story. */
  staying: boolean;
  /** Temporary: the database lives in it. */
  folder: string;
}

async function tellStory({ context, speed, seed, staying, folder }: Story): Promise<DemoReport> {
  const beganAt = performance.now();
  // At the last noon: with the same seed the story is the same at every hour of the day.
  const startAt = Math.floor((Date.now() - NOON_MS) / DAY_MS) * DAY_MS + NOON_MS;
  const market = await startMarket({ port: 0, speed, scenario: 'cascade', seed, startAt });
  const pacer = createPacer(market, speed);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const loaded = loadConfig({
    environment: {
      SOURCES_BASE_URL: market.url,
      DATABASE_URL: join(folder, 'demo.db'),
      HTTP_PORT: '0',
      LOG_LEVEL: context.environment['LOG_LEVEL'] ?? 'error',
    },
    ...KNOWN_SOURCE_IDS,
  });
  const { config } = loaded;
  // Eight coins fit the default schedule in simulated time; books of all of them each minute do not.
  config.depth = { ...config.depth, assets: 3, periodSeconds: 120 };
  const log = createLogger({ level: config.logLevel, secrets: [] });
  const clock = await createMarketClock({ url: market.url, signal });
  const { sources, disabled } = configuredSources(loaded, {
    clock,
    log,
    random: Math.random,
    signal,
  });
  const store = await openStore({ url: config.database.url, log });
  const typed = new PassThrough();
  const narrator = createNarrator({ market, watched: WATCHED, print: context.print });
  const readings: Reading[] = [];
  const storyEnd = createStoryEnd(store, narrator);
  let asked = false;
  const app = createApp({
    config,
    store,
    sources,
    disabledSources: disabled,
    platforms: [
      createConsolePlatform({
        input: typed,
        output: context.output,
        chartsFolder: config.console.chartsFolder,
        clock,
        log,
      }),
    ],
    clock,
    driver: 'clock',
    log,
    random: Math.random,
    onEvaluated(ready, at) {
      const watched = [...ready.values()].filter((reading) => WATCHED.includes(reading.asset));
      readings.push(...watched);
      narrator.evaluated(ready, at);
      const complete = watched.length === WATCHED.length;
      if (complete) {
        pacer.evaluated(Math.min(...watched.map((reading) => reading.coverage.fraction)));
      }
      if (!asked && complete) {
        asked = true;
        for (const line of [`subscribe ${WATCHED.join(',')} high both`, 'risk ETH']) {
          context.print(`> /${line}`);
          typed.write(`${line}\n`);
        }
      }
      storyEnd.evaluated();
    },
  });
  narrator.begin();
  const running = app.run(signal);
  try {
    await Promise.race([storyEnd.reached, running, abortion(context.signal), timeIsUp()]);
    const report = buildReport(market.truth(), {
      assets: await toldAssets(store, WATCHED, readings),
      messages: await toldMessages(store),
      durationMs: Math.round(performance.now() - beganAt),
      predict: predictWith,
    });
    narrator.end(report);
    if (staying && !context.signal.aborted) {
      pacer.stroll();
      context.print(
        'The market goes on. Ask what you like (help lists the commands); Ctrl-C ends.',
      );
      context.input.pipe(typed);
      await abortion(context.signal);
    }
    return report;
  } finally {
    stop.abort();
    await running;
    await store.close();
    await market.close();
  }
}

/** An awaited timer would keep the process alive after the story. */
function timeIsUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LONGEST_STORY_MS).unref());
}

function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
