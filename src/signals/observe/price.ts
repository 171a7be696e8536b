import type { QuarantinedMark } from './asset-view.ts';
import type { InstrumentRow } from './board.ts';
import type { ObserveSettings } from './settings.ts';

export interface PriceChoice {
  usd: number;
  /** Epoch ms of the newest mark it stands on. */
  observedAt: number;
  quarantined: QuarantinedMark[];
}

interface Mark extends QuarantinedMark {
  weight: number;
  observedAt: number;
}

/**
 * The asset's price: the median of its marks weighted by open interest. Only marks within one time
 * to live of the newest one count, so that a venue that stopped cannot hold the price back, and a
 * market in which every venue stopped keeps its last price. With three or more venues, marks too far
 * from the plain median are left out and named: a broken feed, or another coin under the same name.
 * Venues that fell silent lately still bear witness to that median, or the silence of a good venue
 * would let a broken one set the price; when that leaves no mark at all, all of them are used.
 */
export function choosePrice(
  rows: readonly InstrumentRow[],
  ttlMsOf: (source: string) => number,
  settings: ObserveSettings,
): PriceChoice | undefined {
  const known = knownMarks(rows);
  const newest = known.reduce((latest, mark) => Math.max(latest, mark.observedAt), 0);
  const marks = known.filter((mark) => newest - mark.observedAt <= ttlMsOf(mark.source));
  if (marks.length === 0) return undefined;
  const witnesses = known.filter((mark) => newest - mark.observedAt <= settings.witnessMs);
  const far = outliers(marks, witnesses, settings);
  const quarantined = far.length < marks.length ? far : [];
  const kept = marks.filter((mark) => !quarantined.includes(mark));
  return {
    usd: weightedMedian(kept),
    observedAt: kept.reduce((newest, mark) => Math.max(newest, mark.observedAt), 0),
    quarantined: quarantined.map(({ source, instrument, markPriceUsd }) => ({
      source,
      instrument,
      markPriceUsd,
    })),
  };
}

function knownMarks(rows: readonly InstrumentRow[]): Mark[] {
  return rows.flatMap((row): Mark[] => {
    const { market } = row;
    if (market === undefined || !(market.markPriceUsd > 0)) return [];
    return [
      {
        source: row.source,
        instrument: row.instrument,
        markPriceUsd: market.markPriceUsd,
        weight: row.openInterest?.openInterestBase ?? 0,
        observedAt: market.observedAt,
      },
    ];
  });
}

function outliers(
  marks: readonly Mark[],
  witnesses: readonly Mark[],
  settings: ObserveSettings,
): Mark[] {
  const votes = witnesses.length > marks.length ? witnesses : marks;
  if (new Set(votes.map((mark) => mark.source)).size < settings.outlierMinVenues) return [];
  const middle = weightedMedian(votes.map((mark) => ({ ...mark, weight: 1 })));
  return marks.filter(
    (mark) => Math.abs(mark.markPriceUsd / middle - 1) > settings.outlierFraction,
  );
}

/** Smallest mark with at least half of the weight at or below it; equal weights when all are 0. */
function weightedMedian(marks: readonly Mark[]): number {
  const sorted = [...marks].sort((a, b) => a.markPriceUsd - b.markPriceUsd);
  const known = sorted.reduce((sum, mark) => sum + mark.weight, 0);
  const weightOf = (mark: Mark) => (known > 0 ? mark.weight : 1);
  const total = known > 0 ? known : sorted.length;
  let below = 0;
  for (const mark of sorted) {
    below += weightOf(mark);
    if (below >= total / 2) return mark.markPriceUsd;
  }
  return sorted.at(-1)?.markPriceUsd ?? Number.NaN;
}
