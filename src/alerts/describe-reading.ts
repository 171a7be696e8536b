import type { Side } from '../signals/model/ids.ts';
import { SIDES } from '../signals/model/ids.ts';
import type { Reading, SideReading } from '../signals/model/reading.ts';
import { cautionBlocks } from './describe-caution.ts';
import type { SourceTitles } from './describe-coverage.ts';
import { drivenFields, partFields, strongestDrivers } from './describe-drivers.ts';
import { forcedRangesText, reachTable } from './describe-reaches.ts';
import { criticalShockField, criticalShockText } from './describe-shock.ts';
import { formatPoints } from './format.ts';
import type { Block } from './message-doc.ts';
import { shownPoint } from './told.ts';

/**
 * What an alert says about one side, the least important last, as small screens drop from the end:
 * the sentence, the critical shock with likelihood and fragility apart, what 1, 2 and 3 sigma moves
 * would set off, and the two strongest drivers. All of it fits a caption of 1,024 characters beside
 * title and footer, unless much is missing.
 */
export function alertBlocks(
  reading: Reading,
  side: Side,
  now: number,
  titles: SourceTitles,
): Block[] {
  const seen = reading[side];
  return [
    { kind: 'text', text: sentenceOf(reading, seen) },
    ...cautionBlocks(reading, [seen], now, titles),
    { kind: 'fields', fields: [criticalShockField(seen), ...partFields(seen)] },
    ...reachTable([seen]),
    ...strongestDrivers(seen),
  ];
}

/** One side once it is calm: what it would take now. */
export function calmBlocks(
  reading: Reading,
  side: Side,
  now: number,
  titles: SourceTitles,
): Block[] {
  const seen = reading[side];
  return [
    { kind: 'text', text: sentenceOf(reading, seen) },
    ...cautionBlocks(reading, [seen], now, titles),
    { kind: 'fields', fields: [criticalShockField(seen)] },
  ];
}

/**
 * Everything about both sides, what matters of both first: score, sentence and critical shock, then
 * the table, then all drivers and the ranges.
 */
export function fullBlocks(reading: Reading, now: number, titles: SourceTitles): Block[] {
  const sides = SIDES.map((side) => reading[side]);
  return [
    ...sides.map((seen): Block => {
      const heading = `${seen.side.toUpperCase()} ${scoreText(seen)}, ${seen.level}`;
      return {
        kind: 'fields',
        fields: [
          { name: heading, value: sentenceOf(reading, seen) },
          { name: 'Critical shock', value: criticalShockText(seen) },
        ],
      };
    }),
    ...cautionBlocks(reading, sides, now, titles),
    ...reachTable(sides),
    ...sides.map((seen): Block => ({ kind: 'fields', fields: drivenFields(seen) })),
    ...rangesBlock(sides),
  ];
}

/**
 * The score for titles, `72/100`, on market figures: what missing data adds is said in the text and
 * not in the title, as it does not count for the level either.
 */
export function scoreText(seen: SideReading): string {
  return `${formatPoints(shownPoint(seen))}/100`;
}

/** The sentence of a side under a title that names coin and side already: without them. */
function sentenceOf({ asset }: Reading, { side, sentence }: SideReading): string {
  const head = `${asset} ${side}: `;
  if (!sentence.startsWith(head)) return sentence;
  const rest = sentence.slice(head.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function rangesBlock(sides: readonly SideReading[]): Block[] {
  const fields = sides
    .map((seen) => ({
      name: `Forced ${seen.side === 'down' ? 'sales' : 'buying'}, range`,
      value: forcedRangesText(seen),
    }))
    .filter(({ value }) => value !== '');
  return fields.length === 0 ? [] : [{ kind: 'fields', fields }];
}
