import { formatPercent, formatUsd, formatUtc } from '../src/alerts/format.ts';
import type { AssetId } from '../src/signals/model/ids.ts';
import type { Reading } from '../src/signals/model/reading.ts';
import type { MarketServer } from './market/server.ts';
import { type DemoReport, type Episode, findEpisode } from './report.ts';

const MINUTE_MS = 60_000;
const SCORE_EVERY_MS = 20 * MINUTE_MS;
/** Readings below `high` for this long after the cascade end the story. */
const CALM_MS = 60 * MINUTE_MS;

export interface Narrator {
  begin(): void;
  evaluated(readings: ReadonlyMap<AssetId, Reading>, at: number): void;
  /** Has everything that was to come come? */
  isOver(at: number): boolean;
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
  let calmSince: number | undefined;

  const say = (at: number, text: string) => print(`  ~ ${formatUtc(at)}  ${text}`);

  function tellScore(readings: ReadonlyMap<AssetId, Reading>, at: number): void {
    if (at - lastScoreAt < SCORE_EVERY_MS) return;
    lastScoreAt = at;
    const parts = [...readings.values()]
      .filter((reading) => watched.includes(reading.asset))
      .map((reading) => {
        const { score, level } = reading.down;
        return `${reading.asset} ${Math.floor(score.point)}/100 ${level}, open interest ${formatUsd(reading.openInterestUsd)}`;
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
      print('A simulated market on loopback, in the venues’ own wire formats; time runs faster.');
      print('Lines with ~ tell what really happens there; everything else is the bot.\n');
    },
    evaluated(readings, at) {
      tellScore(readings, at);
      tellMarket(at);
      const calm = [...readings.values()]
        .filter((reading) => watched.includes(reading.asset))
        .every(({ down, up }) => down.score.point < 50 && up.score.point < 50);
      calmSince = cascadeTold && calm ? (calmSince ?? at) : undefined;
    },
    isOver: (at) => calmSince !== undefined && at - calmSince > CALM_MS,
    end(report) {
      print('\nWhat was said and what came:');
      for (const asset of report.assets) print(`  ${assetLine(asset)}`);
      const { decided, sent, lost } = report.messages;
      print(`  messages: ${decided} decided, ${sent} sent, ${lost} lost`);
    },
  };
}

function cascadeLine(asset: string, episode: Episode): string {
  const forced = formatUsd(episode.forcedUsd);
  const end = formatPercent(episode.endFraction, 1);
  const factor = episode.amplification.toFixed(1);
  return `the cascade is over: ${forced} of ${asset} force-sold, price ${end} down at worst (${factor}x the news)`;
}

function assetLine(asset: DemoReport['assets'][number]): string {
  const lead =
    asset.leadMs === null
      ? 'no warning'
      : `warned ${Math.round(asset.leadMs / MINUTE_MS)} min ahead`;
  if (asset.trueForcedUsd === null || asset.predictedForcedUsd === null) {
    return `${asset.asset}: ${lead}`;
  }
  return [
    `${asset.asset}: ${lead}`,
    `forced ${formatUsd(asset.trueForcedUsd)} (said ${formatUsd(asset.predictedForcedUsd)})`,
    `ended ${percent(asset.trueEndFraction)} down (said ${percent(asset.predictedEndFraction)})`,
    asset.clearedAt === null ? 'not cleared yet' : `all-clear ${formatUtc(asset.clearedAt)}`,
  ].join(', ');
}

function percent(fraction: number | null): string {
  return fraction === null ? 'unknown' : formatPercent(fraction, 1);
}
