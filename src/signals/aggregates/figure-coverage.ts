import type { SourceId } from '../model/ids.ts';
import type { Age } from '../observe/asset-view.ts';

/** What an aggregate stands on. Silent venues count with their last figure until they are retired. */
export interface FigureCoverage {
  venuesFresh: number;
  /** Venues that ever gave the figure. */
  venues: number;
  /** Age of the oldest figure in it, silent venues included, ms. */
  oldestAgeMs: number;
  /** Venues in it whose figure is too old, with its age, oldest first. */
  silent: { source: SourceId; ageMs: number }[];
  /** Venues that list the asset and never gave the figure: they are not in the aggregate. */
  without: SourceId[];
}

/**
 * Coverage of the given figures, one or more a venue; a venue is fresh when all of its are.
 * `listing`: the venues that list the asset.
 */
export function figureCoverage(
  figures: readonly { source: SourceId; age: Age }[],
  listing: readonly SourceId[],
): FigureCoverage {
  const venues = new Map<SourceId, { ageMs: number; fresh: boolean }>();
  for (const { source, age } of figures) {
    const known = venues.get(source);
    venues.set(source, {
      ageMs: Math.max(age.ageMs, known?.ageMs ?? 0),
      fresh: age.fresh && (known?.fresh ?? true),
    });
  }
  const silent = [...venues]
    .filter(([, { fresh }]) => !fresh)
    .map(([source, { ageMs }]) => ({ source, ageMs }))
    .sort((a, b) => b.ageMs - a.ageMs);
  return {
    venuesFresh: venues.size - silent.length,
    venues: venues.size,
    oldestAgeMs: Math.max(0, ...[...venues.values()].map(({ ageMs }) => ageMs)),
    silent,
    without: [...new Set(listing)].filter((source) => !venues.has(source)),
  };
}
