import type { Side } from '../signals/model/ids.ts';
import { SIDES } from '../signals/model/ids.ts';
import type { Driver, Interval, Reach, Reading, SideReading } from '../signals/model/reading.ts';
import { type SourceTitles, titleOf } from './describe-coverage.ts';
import { formatAge, formatPercent, formatPoints, formatUsd } from './format.ts';
import type { Block } from './message-doc.ts';
import { shownPoint } from './told.ts';

/** Drivers named per part; the full list would not fit a caption. */
const DRIVERS_SHOWN = 3;

/** From this difference, points, missing data is said to lift the score. */
const DRIFT_TOLD_POINTS = 1;

/**
 * What a reading says about one side or both, the least important last, as small screens drop from
 * the end: the sentence, the critical shock, likelihood and fragility apart with their drivers, and
 * what 1, 2 and 3 sigma moves would set off.
 */
export function readingBlocks(
  reading: Reading,
  sides: Side | 'both',
  now: number,
  titles: SourceTitles,
): Block[] {
  if (sides !== 'both') return sideBlocks(reading, reading[sides], now, titles);
  return SIDES.flatMap((side): Block[] => {
    const seen = reading[side];
    const heading = `${side.toUpperCase()} ${scoreText(seen)}, ${seen.level}`;
    return [{ kind: 'text', text: heading }, ...sideBlocks(reading, seen, now, titles)];
  });
}

/**
 * The score for titles, `72/100`, on market figures: what missing data adds is said in the text and
 * not in the title, as it does not count for the level either.
 */
export function scoreText(seen: SideReading): string {
  return `${formatPoints(shownPoint(seen))}/100`;
}

/** `3.1 % (2.2 to 4.7 %)`, with the ends that are out of reach said in words. */
export function criticalShockText(seen: SideReading): string {
  const { criticalShockFraction: point, criticalShockRangeFraction: range } = seen;
  const low = range?.low;
  const high = range?.high;
  if (point === undefined) {
    if (low === undefined) return 'none within reach';
    return `none within reach; at the risky end of the estimate ${formatPercent(low)}`;
  }
  if (low === undefined && high === undefined) return formatPercent(point);
  const from = formatPercent(low ?? point);
  if (high === undefined) return `${formatPercent(point)} (${from} or more)`;
  return `${formatPercent(point)} (${from.replace(' %', '')} to ${formatPercent(high)})`;
}

function sideBlocks(
  reading: Reading,
  seen: SideReading,
  now: number,
  titles: SourceTitles,
): Block[] {
  const blocks: Block[] = [{ kind: 'text', text: seen.sentence }];
  const caution = cautionText(reading, seen, now, titles);
  if (caution !== undefined) blocks.push({ kind: 'text', text: caution });
  blocks.push({
    kind: 'fields',
    fields: [
      { name: 'Critical shock', value: criticalShockText(seen) + meaningOf(seen) },
      partField('Likelihood of a large move', seen.likelihood.score, seen.likelihood.drivers),
      partField('Fragility', seen.fragility.score, seen.fragility.drivers),
    ],
  });
  if (seen.reaches.length > 0) blocks.push(reachTable(seen.side, seen.reaches));
  return blocks;
}

/** `; from there forced sales add 1.0 % or more`, where there is a critical shock at all. */
function meaningOf({ side, criticalShockFraction, kappaFraction }: SideReading): string {
  if (criticalShockFraction === undefined) return '';
  const forced = side === 'down' ? 'sales' : 'buying';
  const verb = side === 'down' ? 'add' : 'adds';
  return `; from there forced ${forced} ${verb} ${formatPercent(kappaFraction)} or more`;
}

function partField(name: string, score: Interval, drivers: readonly Driver[]): Field {
  const range = `${formatPoints(score.low)} to ${formatPoints(score.high)}`;
  const reasons = drivers.slice(0, DRIVERS_SHOWN).map(driverText);
  return {
    name: `${name}: ${formatPoints(score.point)}/100 (${range})`,
    value: reasons.length === 0 ? 'nothing stands out' : reasons.join('; '),
  };
}

type Field = { name: string; value: string };

function driverText({ name, value, points }: Driver): string {
  const size = formatPoints(Math.abs(points));
  const sign = points < 0 ? '-' : '+';
  return `${name} ${value} (${size === '0' ? '0' : sign + size})`;
}

/** What keeps the score from being taken at its face: missing data, caps, eligibility. */
function cautionText(
  reading: Reading,
  seen: SideReading,
  now: number,
  titles: SourceTitles,
): string | undefined {
  const cautions: string[] = [];
  if (seen.score.point - seen.scoreFrozen >= DRIFT_TOLD_POINTS) {
    const names = new Set(reading.coverage.missing.map(({ source }) => titleOf(source, titles)));
    const who = names.size === 0 ? 'some data' : [...names].join(' and ');
    const points = formatPoints(seen.score.point);
    cautions.push(
      `With ${who} missing the score may be as high as ${points}/100; that alone raises no alert.`,
    );
  }
  if (reading.levelCap !== 'critical' && seen.level === reading.levelCap) {
    cautions.push(`Too few sources for any level above ${reading.levelCap}.`);
  }
  if (!reading.eligibility.eligible) {
    const why = reading.eligibility.reasons.join('; ');
    cautions.push(`No alerts for ${reading.asset} at present${why === '' ? '' : `: ${why}`}.`);
  }
  const ageMs = now - reading.at;
  if (ageMs > 5 * 60_000) cautions.push(`This reading is ${formatAge(ageMs)} old.`);
  return cautions.length === 0 ? undefined : cautions.join(' ');
}

/** Moves, what they force, and where they stop at present depth and at a tenth of it. */
function reachTable(side: Side, reaches: readonly Reach[]): Block {
  const sign = side === 'down' ? '-' : '+';
  const move = (fraction: number): string => {
    const text = formatPercent(fraction);
    return Number.isFinite(fraction) ? sign + text : text;
  };
  const rows = reaches.map((reach) => [
    reach.sigmas === undefined
      ? move(reach.shockFraction)
      : `${reach.sigmas}σ ${move(reach.shockFraction)}`,
    rangeUsd(reach.forcedUsd),
    move(reach.endFraction),
    move(reach.endStressedFraction),
  ]);
  const forced = side === 'down' ? 'Forced sales' : 'Forced buying';
  return { kind: 'table', rows: [['Move', forced, 'Ends near', 'Thin book'], ...rows] };
}

function rangeUsd({ low, point, high }: Interval): string {
  if (low === point && high === point) return formatUsd(point);
  return `${formatUsd(point)} (${formatUsd(low)} to ${formatUsd(high)})`;
}
