import { readingFooter, type SourceTitles } from '../../alerts/describe-coverage.ts';
import { shortMove } from '../../alerts/describe-reaches.ts';
import { formatDuration, formatPoints } from '../../alerts/format.ts';
import type { Block } from '../../alerts/message-doc.ts';
import { shownPoint } from '../../alerts/told.ts';
import { SIDES } from '../../signals/model/ids.ts';
import type { AssetState, Reading, SideReading, WarmingUp } from '../../signals/model/reading.ts';

/** Rows a table of an answer may have beside its header. */
const MOST_ROWS = 24;

/** A side of a coin in a table. */
export interface OverviewRow {
  reading: Reading;
  seen: SideReading;
}

/** Scores side by side in at most 35 columns (coins of up to 8 letters), as they fit on a phone. */
export function overviewTable(rows: readonly OverviewRow[]): Block {
  const cells = rows.map(({ reading, seen }) => [
    reading.asset,
    seen.side,
    `${formatPoints(shownPoint(seen))} ${seen.level}`,
    shockCell(seen),
  ]);
  return { kind: 'table', rows: [['Coin', 'Side', 'Score', 'Shock'], ...cells] };
}

/**
 * Several coins at a glance: both sides of each that is ready, only the riskier ones where that
 * would be too many, and a line for each coin that is not ready.
 */
export function overviewBlocks(states: readonly AssetState[], now: number): Block[] {
  const blocks: Block[] = [];
  const ready = readingsOf(states);
  if (ready.length > 0) {
    const rows = ready.flatMap((reading) =>
      SIDES.map((side) => ({ reading, seen: reading[side] })),
    );
    const isLong = rows.length > MOST_ROWS;
    blocks.push(overviewTable(isLong ? ready.map(riskierRow) : rows));
    if (isLong) blocks.push({ kind: 'text', text: 'Of each coin the side with the higher score.' });
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

function riskierRow(reading: Reading): OverviewRow {
  const { down, up } = reading;
  return { reading, seen: shownPoint(up) > shownPoint(down) ? up : down };
}

/** The critical shock as a move. */
function shockCell({ side, criticalShockFraction }: SideReading): string {
  if (criticalShockFraction === undefined) return 'none';
  return shortMove(side === 'down' ? '-' : '+', criticalShockFraction);
}
