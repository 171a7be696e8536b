import type { SourceId } from '../signals/model/ids.ts';
import type { Coverage, MissingInput, Reading } from '../signals/model/reading.ts';
import { formatAge, formatPercent, formatUtc } from './format.ts';

/** Names of sources for people, by id; an id without a name stands for itself. */
export type SourceTitles = ReadonlyMap<SourceId, string>;

/** Missing inputs named for people; a whole source missing needs no more than its name. */
const WANTED_NAMES: Readonly<Record<string, string>> = {
  market: '',
  position: '',
  depth: ' order book',
  funding: ' funding',
  'open-interest': ' open interest',
  history: ' history',
};

/** A line longer than this leaves out why sources are missing, so that all can be named. */
const LONGEST_WITH_REASONS = 240;

/**
 * What a reading stands on, one line: `6 of 7 venues, oldest 40 s, Morpho Blue missing (timeout)`.
 * Every missing source is named; the share of the exposure is given once it is not all of it. Where
 * much is missing its names come without reasons: `… missing: Bybit, OKX order book, Aave`.
 */
export function coverageLine(coverage: Coverage, now: number, titles: SourceTitles): string {
  const { venuesFresh, venuesExpected, oldestAgeMs, fraction } = coverage;
  const parts = [`${venuesFresh} of ${venuesExpected} venues`];
  if (fraction < 0.995) parts.push(`${formatPercent(fraction, 0)} of the exposure`);
  parts.push(`oldest ${formatAge(oldestAgeMs)}`);
  const gone = wholeSourcesFirst(coverage.missing);
  const reasons = gone.map((missing) => {
    return `${nameOf(missing, titles)} missing (${whyMissing(missing, now)})`;
  });
  const line = [...parts, ...reasons].join(', ');
  if (line.length <= LONGEST_WITH_REASONS) return line;
  return `${parts.join(', ')}, missing: ${gone.map((one) => nameOf(one, titles)).join(', ')}`;
}

/** Small print under every message about a reading: coverage, calibration, time. */
export function readingFooter(reading: Reading, now: number, titles: SourceTitles): string {
  const parts = [coverageLine(reading.coverage, now, titles)];
  if (!reading.calibrated) parts.push('score not yet calibrated on history');
  parts.push(formatUtc(reading.at));
  return parts.join(' · ');
}

/** `timeout, last seen 12 min ago`, `never seen`. */
export function whyMissing(missing: MissingInput, now: number): string {
  if (missing.reason === 'never-seen') return 'never seen';
  const reason = missing.reason.replaceAll('-', ' ');
  return missing.lastSeenAt === undefined
    ? reason
    : `${reason}, last seen ${formatAge(now - missing.lastSeenAt)} ago`;
}

export function titleOf(source: SourceId, titles: SourceTitles): string {
  return titles.get(source) ?? source;
}

function nameOf(missing: MissingInput, titles: SourceTitles): string {
  return titleOf(missing.source, titles) + (WANTED_NAMES[missing.wanted] ?? ` ${missing.wanted}`);
}

/** A source missing as a whole is not listed again with its parts. */
function wholeSourcesFirst(missing: readonly MissingInput[]): MissingInput[] {
  const isWhole = ({ wanted }: MissingInput): boolean => WANTED_NAMES[wanted] === '';
  const whole = missing.filter(isWhole);
  const gone = new Set(whole.map(({ source }) => source));
  return [...whole, ...missing.filter((input) => !isWhole(input) && !gone.has(input.source))];
}
