import { formatPercent, formatUsd, formatUtc } from '../src/alerts/format.ts';
import type { AssetId } from '../src/signals/model/ids.ts';
import type { Reading } from '../src/signals/model/reading.ts';
import type { MarketServer } from './market/server.ts';
import { type DemoReport, type Episode, findEpisode } from './report.ts';

const MINUTE_MS = 60_000;
const SCORE_EVERY_MS = 20 * MINUTE_MS;

export interface Narrator {
  begin(): void;
  evaluated(readings: ReadonlyMap<AssetId, Reading>, at: number): void;
  /** Has the cascade been told to its end? */
  cascadeIsOver(): boolean;
  end(report: DemoReport): void;
}

interface NarratorParts {
  market: MarketServer;
  /** The first one is the hero. */
  watched: readonly string[];
  print(line: string): void;
}

/** Tells beside the chat what the simulated market really does. */
export function createNarrator({ market, watched, print }: NarratorParts): Narrator {
  const [hero = ''] = watched;
  let lastScoreAt = 0;
  let shockTold = false;
  let cascadeTold = false;
  let ended = false;

  const say = (at: number, text: string) => print(`~ ${clockTime(at)}  ${text}\n`);

  function tellScore(readings: ReadonlyMap<AssetId, Reading>, at: number): void {
    if (at - lastScoreAt < SCORE_EVERY_MS) return;
    lastScoreAt = at;
    const parts = watched.flatMap((asset, index) => {
      const reading = [...readings.values()].find((one) => one.asset === asset);
      if (reading === undefined) return [];
      const { score, level } = reading.down;
      const interest = `${index === 0 ? 'open interest ' : ''}${formatUsd(reading.openInterestUsd)}`;
      return `${asset} ${Math.floor(score.point)}/100 ${level}, ${interest}`;
    });
    if (parts.length > 0) say(at, parts.join('; '));
  }

  function tellMarket(at: number): void {
    const truth = market.truth(hero).assets[0];
    const episode = truth === undefined ? undefined : findEpisode(truth);
    if (episode === undefined) return;
    if (!shockTold) {
      shockTold = true;
      const fall = formatPercent(episode.shock.fraction, 1);
      say(at, `bad news: ${hero} falls ${fall} on its own within minutes`);
    }
    if (!cascadeTold && at - (episode.cascadeEndAt ?? Number.POSITIVE_INFINITY) > 15 * MINUTE_MS) {
      cascadeTold = true;
      say(at, cascadeLine(hero, episode));
    }
  }

  return {
    begin() {
      print('A simulated market on loopback, in the venues’ wire formats; time runs faster.');
      print('Lines with ~ tell what really happens there; everything else is the bot.\n');
    },
    evaluated(readings, at) {
      // Afterwards people type: nothing is said in between.
      if (ended) return;
      tellScore(readings, at);
      tellMarket(at);
    },
    cascadeIsOver: () => cascadeTold,
    end(report) {
      ended = true;
      print('What was said and what came:');
      for (const asset of report.assets) for (const line of assetLines(asset)) print(`  ${line}`);
      const { decided, sent, lost } = report.messages;
      print(`  messages: ${decided} decided, ${sent} sent, ${lost} lost`);
    },
  };
}

function cascadeLine(asset: string, episode: Episode): string {
  const forced = formatUsd(episode.forcedUsd);
  const end = formatPercent(episode.endFraction, 1);
  const factor = episode.amplification.toFixed(1);
  return `cascade over: ${forced} of ${asset} force-sold, down ${end}, ${factor}x the news`;
}

function assetLines(asset: DemoReport['assets'][number]): string[] {
  const cleared =
    asset.clearedAt === null ? 'not cleared yet' : `all-clear ${clockTime(asset.clearedAt)}`;
  const said = `${asset.asset}: ${leadText(asset.leadMs)}, ${cleared}`;
  if (asset.trueForcedUsd === null || asset.predictedForcedUsd === null) return [said];
  const forced = `forced ${formatUsd(asset.trueForcedUsd)} (said ${formatUsd(asset.predictedForcedUsd)})`;
  const end = `ended ${percent(asset.trueEndFraction)} down (said ${percent(asset.predictedEndFraction)})`;
  return [said, `     ${forced}, ${end}`];
}

/** `14:37`: the frames around it carry the date. */
function clockTime(at: number): string {
  return formatUtc(at).slice(11, 16);
}

function leadText(leadMs: number | null): string {
  if (leadMs === null) return 'no warning';
  const minutes = Math.round(Math.abs(leadMs) / MINUTE_MS);
  return leadMs > 0 ? `warned ${minutes} min ahead` : `warned ${minutes} min after it began`;
}

function percent(fraction: number | null): string {
  return fraction === null ? 'unknown' : formatPercent(fraction, 1);
}
