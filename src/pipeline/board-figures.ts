import type { SourceId } from '../signals/model/ids.ts';
import type { InstrumentFigures, Observation } from '../signals/model/observations.ts';
import type { Board, InstrumentRow, Job } from '../signals/observe/board.ts';

/**
 * A market batch as the board took it: times cut off at the present, the older times of a frozen
 * venue, predicted funding over settled. Hours made of the raw batch would record a stopped venue as
 * a calm market.
 */
export function takenFigures(
  board: Board,
  source: SourceId,
  observations: readonly Observation[],
): InstrumentFigures[] {
  const rows = board.sources.get(source)?.instruments;
  return observations.flatMap((observation): InstrumentFigures[] => {
    if (observation.kind === 'position' || observation.kind === 'depth') return [];
    const row = rows?.get(observation.instrument);
    const taken = row === undefined ? undefined : marketFigures(row)[observation.kind];
    return taken === undefined ? [] : [taken];
  });
}

/**
 * What a restart must know of one job: the last figures of every instrument that is still listed,
 * those that the last batch lacked included.
 */
export function carriedFigures(board: Board, source: SourceId, job: Job): InstrumentFigures[] {
  const rows = [...(board.sources.get(source)?.instruments.values() ?? [])];
  if (job === 'depth') {
    return rows.flatMap((row) =>
      row.depth === undefined || row.depthAbsentSince !== undefined ? [] : [row.depth],
    );
  }
  return rows
    .filter((row) => row.absentSince === undefined)
    .flatMap((row) => Object.values(marketFigures(row)))
    .filter((figure) => figure !== undefined);
}

function marketFigures(row: InstrumentRow) {
  return { funding: row.funding, 'open-interest': row.openInterest, market: row.market };
}
