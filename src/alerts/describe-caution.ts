import type { Reading, SideReading } from '../signals/model/reading.ts';
import { type SourceTitles, titleOf } from './describe-coverage.ts';
import { formatAge, formatPoints } from './format.ts';
import type { Block } from './message-doc.ts';

/** From this difference, points, missing data is said to lift the score. */
const DRIFT_TOLD_POINTS = 1;
const OLD_MS = 5 * 60_000;

/**
 * What keeps the scores of these sides from being taken at their face: missing data, caps,
 * eligibility, age. One text, or nothing.
 */
export function cautionBlocks(
  reading: Reading,
  sides: readonly SideReading[],
  now: number,
  titles: SourceTitles,
): Block[] {
  const cautions = [
    ...sides.flatMap((seen) => driftText(reading, seen, sides.length > 1, titles)),
    ...new Set(sides.flatMap((seen) => capText(reading, seen))),
  ];
  if (!reading.eligibility.eligible) {
    const why = reading.eligibility.reasons.join('; ');
    cautions.push(`No alerts for ${reading.asset} at present${why === '' ? '' : `: ${why}`}.`);
  }
  const ageMs = now - reading.at;
  if (ageMs > OLD_MS) cautions.push(`This reading is ${formatAge(ageMs)} old.`);
  return cautions.length === 0 ? [] : [{ kind: 'text', text: cautions.join(' ') }];
}

function driftText(
  reading: Reading,
  seen: SideReading,
  named: boolean,
  titles: SourceTitles,
): string[] {
  if (!(seen.score.point - seen.scoreFrozen >= DRIFT_TOLD_POINTS)) return [];
  const names = new Set(reading.coverage.missing.map(({ source }) => titleOf(source, titles)));
  const who = names.size === 0 ? 'some data' : [...names].join(' and ');
  const score = named ? `the score ${seen.side}` : 'the score';
  const points = formatPoints(seen.score.point);
  return [
    `With ${who} missing ${score} may be as high as ${points}/100; that alone raises no alert.`,
  ];
}

function capText({ levelCap }: Reading, { level }: SideReading): string[] {
  if (levelCap === 'critical' || level !== levelCap) return [];
  return [`Too few sources for any level above ${levelCap}.`];
}
