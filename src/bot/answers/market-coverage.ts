import { type SourceTitles, titleOf, whyMissing } from '../../alerts/describe-coverage.ts';
import { formatAge, formatUtc } from '../../alerts/format.ts';
import type { FigureCoverage } from '../../signals/aggregates/figure-coverage.ts';
import type { SourceId } from '../../signals/model/ids.ts';
import type { MissingInput } from '../../signals/model/reading.ts';
import type { AssetView, SourceView } from '../../signals/observe/asset-view.ts';

/** Longer lines leave out the reasons, so that every venue can be named. */
const LONGEST_WITH_REASONS = 220;

/**
 * What a figure over all venues stands on: `12 of 13 venues fresh, oldest 15 min, silent: OKX
 * (timeout, last seen 15 min ago); without: Gate`. Venues that never answered count as missing, since
 * they may well list the asset.
 */
export function marketCoverage(
  coverage: FigureCoverage,
  view: Pick<AssetView, 'coverage' | 'at'>,
  now: number,
  titles: SourceTitles,
): string {
  const { silent, without, venuesFresh, venues, oldestAgeMs } = coverage;
  const waitedMs = Math.max(0, now - view.at);
  const known = new Set([...silent.map(({ source }) => source), ...without]);
  const unseen = view.coverage.missing.filter(
    ({ source, wanted, lastSeenAt }) =>
      wanted === 'market' && lastSeenAt === undefined && !known.has(source),
  );
  const all = venues + without.length + unseen.length;
  const head = [
    `${venuesFresh} of ${all} ${all === 1 ? 'venue' : 'venues'} fresh`,
    ...(venues === 0 ? [] : [`oldest ${formatAge(oldestAgeMs + waitedMs)}`]),
  ].join(', ');
  const missing = missingBySource(view);
  const silentText = (withReason: boolean) => [
    ...silent.map(({ source, ageMs }) => {
      const age = `${formatAge(ageMs + waitedMs)} old`;
      const why = reasonText(missing.get(source));
      const reason = withReason && why !== '' ? `${why}, ${age}` : age;
      return `${titleOf(source, titles)} (${reason})`;
    }),
    ...unseen.map((input) => {
      return `${titleOf(input.source, titles)}${withReason ? ` (${whyMissing(input, now)})` : ''}`;
    }),
  ];
  const lineOf = (withReasons: boolean) => {
    const names = silentText(withReasons);
    const gone = without.map((source) => titleOf(source, titles));
    return [
      head,
      ...(names.length === 0 ? [] : [`silent: ${names.join(', ')}`]),
      ...(gone.length === 0 ? [] : [`no figure: ${gone.join(', ')}`]),
    ].join('; ');
  };
  const line = lineOf(true);
  return line.length <= LONGEST_WITH_REASONS ? line : lineOf(false);
}

/** Small print of an answer about one asset. */
export function marketFooter(
  coverage: FigureCoverage,
  view: AssetView,
  now: number,
  titles: SourceTitles,
): string {
  return `${marketCoverage(coverage, view, now, titles)} · ${formatUtc(view.at)}`;
}

/** Small print of an answer about all assets. */
export function exchangesFooter(
  exchanges: readonly SourceView[],
  at: number,
  now: number,
  titles: SourceTitles,
): string {
  const wanted = exchanges.filter(({ state }) => state !== 'retired');
  const fresh = wanted.filter(({ state }) => state === 'fresh');
  const oldest = Math.min(...fresh.flatMap(({ lastSeenAt }) => lastSeenAt ?? []));
  const silent = wanted
    .filter(({ state }) => state !== 'fresh')
    .map(({ source, lastSeenAt }) => {
      const age = lastSeenAt === undefined ? 'never seen' : `${formatAge(now - lastSeenAt)} old`;
      return `${titleOf(source, titles)} (${age})`;
    });
  const head = [
    `${fresh.length} of ${wanted.length} venues fresh`,
    ...(Number.isFinite(oldest) ? [`oldest ${formatAge(now - oldest)}`] : []),
  ].join(', ');
  const line = silent.length === 0 ? head : `${head}; silent: ${silent.join(', ')}`;
  return `${line} · ${formatUtc(at)}`;
}

/** Of each venue what is missing of it first: the whole of it before its parts. */
export function missingBySource({
  coverage,
}: Pick<AssetView, 'coverage'>): ReadonlyMap<SourceId, MissingInput> {
  const missing = new Map<SourceId, MissingInput>();
  for (const input of coverage.missing) {
    if (!missing.has(input.source)) missing.set(input.source, input);
  }
  return missing;
}

/** Why a venue is late, in a word or two; empty when nobody knows. */
export function reasonText(missing: MissingInput | undefined): string {
  if (missing === undefined || missing.reason === 'stale') return '';
  return missing.reason.replaceAll('-', ' ');
}

/** Names of sources for people. */
export function titlesText(sources: readonly SourceId[], titles: SourceTitles): string {
  return sources.map((source) => titleOf(source, titles)).join(', ');
}
