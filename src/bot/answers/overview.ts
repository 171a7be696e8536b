import { readingFooter, type SourceTitles } from '../../alerts/describe-coverage.ts';
import { scoreText } from '../../alerts/describe-reading.ts';
import { formatDuration, formatPercent } from '../../alerts/format.ts';
import type { Block } from '../../alerts/message-doc.ts';
import type { AssetState, Reading, SideReading, WarmingUp } from '../../signals/model/reading.ts';

/** Several coins at a glance: a row for each that is ready, a line for each that is not. */
export function overviewBlocks(states: readonly AssetState[], now: number): Block[] {
  const blocks: Block[] = [];
  const ready = readingsOf(states);
  if (ready.length > 0) {
    const rows = ready.map((reading) => [
      reading.asset,
      sideCell(reading.down),
      sideCell(reading.up),
      shockCell(reading),
    ]);
    blocks.push({ kind: 'table', rows: [['Coin', 'Down', 'Up', 'Critical shock'], ...rows] });
  }
  const warming = states.flatMap((state) =>
    state.status === 'warming-up' ? [warmingText(state.warming, now)] : [],
  );
  if (warming.length > 0) blocks.push({ kind: 'list', items: warming });
  return blocks;
}

/** `BTC: warming up, ready in 5 min (needs …)`. */
export function warmingText({ asset, readyAt, needs }: WarmingUp, now: number): string {
  const needed = needs.length === 0 ? '' : ` (needs ${needs.join(', ')})`;
  return `${asset}: warming up, ${readyText(readyAt, now)}${needed}`;
}

function readyText(readyAt: number | undefined, now: number): string {
  if (readyAt === undefined) return 'time of the first reading not known yet';
  return readyAt <= now ? 'ready any moment' : `ready in ${formatDuration(readyAt - now)}`;
}

export function readingsOf(states: readonly AssetState[]): Reading[] {
  return states.flatMap((state) => (state.status === 'ready' ? [state.reading] : []));
}

/**
 * Small print for several coins: that of the one with the least behind it, named, so that the
 * others are no worse. Undefined when nothing is ready: then there is no number to qualify.
 */
export function overviewFooter(
  readings: readonly Reading[],
  now: number,
  titles: SourceTitles,
): { footer?: string } {
  const weakest = readings.toSorted(
    (a, b) =>
      a.coverage.fraction - b.coverage.fraction ||
      b.coverage.oldestAgeMs - a.coverage.oldestAgeMs ||
      a.at - b.at,
  )[0];
  if (weakest === undefined) return {};
  // One uncalibrated score among the others is enough to say so.
  const calibrated = readings.every((reading) => reading.calibrated);
  const footer = readingFooter({ ...weakest, calibrated }, now, titles);
  return { footer: readings.length === 1 ? footer : `Least covered, ${weakest.asset}: ${footer}` };
}

function sideCell(side: SideReading): string {
  return `${scoreText(side)} ${side.level}`;
}

function shockCell(reading: Reading): string {
  const text = (sign: string, side: SideReading) =>
    side.criticalShockFraction === undefined
      ? 'none'
      : `${sign}${formatPercent(side.criticalShockFraction)}`;
  return `${text('-', reading.down)}, ${text('+', reading.up)}`;
}
