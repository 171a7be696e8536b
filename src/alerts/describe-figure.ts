import type { Side } from '../signals/model/ids.ts';
import type { Reading } from '../signals/model/reading.ts';
import { coverageLine, type SourceTitles } from './describe-coverage.ts';
import { formatUtc } from './format.ts';
import type { LadderFigure } from './message-doc.ts';

/** A move to mark on the ladder, and where it ends. */
export interface LadderShock {
  side: Side;
  shockFraction: number;
  endFraction: number;
}

/** The liquidation ladder of these sides of a reading, with a given move marked. */
export function ladderFigure(
  reading: Reading,
  sides: readonly Side[],
  shock?: LadderShock,
  titles: SourceTitles = new Map(),
): LadderFigure {
  const coverage = coverageLine(reading.coverage, reading.at, titles);
  return {
    kind: 'liquidation-ladder',
    asset: reading.asset,
    priceUsd: reading.priceUsd,
    at: reading.at,
    caption: `${formatUtc(reading.at)} · ${coverage}`,
    sides: sides.map((side) => {
      const { level, profile, criticalShockFraction } = reading[side];
      return {
        side,
        level,
        profile,
        ...(criticalShockFraction === undefined ? {} : { criticalShockFraction }),
        ...(shock?.side === side
          ? { shock: { shockFraction: shock.shockFraction, endFraction: shock.endFraction } }
          : {}),
      };
    }),
  };
}
