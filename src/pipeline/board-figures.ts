import type { SourceId } from '../signals/model/ids.ts';
import {
  type InstrumentFigures,
  isInstrumentFigure,
  type Observation,
} from '../signals/model/observations.ts';
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
    if (!isInstrumentFigure(observation) || observation.kind === 'depth') return [];
    const row = rows?.get(observation.instrument);
    const taken = row === undefined ? undefined : marketFigures(row)[observation.kind];
    return taken === undefined ? [] : [taken];
  });
}

/**
 * What a restart must know of one job: the last figures of every instrument, those that the last
 * batch lacked included. An instrument that whole batches lack is carried as absent, as on the board,
 * until it has been so since before `forgetBefore` (epoch ms): a restart must not take half a list
 * for a venue that shrank.
 */
export function carriedFigures(
  board: Board,
  source: SourceId,
  job: Job,
  forgetBefore: number,
): { observations: InstrumentFigures[]; absentSince?: Record<string, number> } {
  const observations: InstrumentFigures[] = [];
  const absentSince: Record<string, number> = {};
  for (const row of board.sources.get(source)?.instruments.values() ?? []) {
    const since = job === 'depth' ? row.depthAbsentSince : row.absentSince;
    if (since !== undefined && since < forgetBefore) continue;
    const figures = job === 'depth' ? [row.depth] : Object.values(marketFigures(row));
    const known = figures.filter((figure) => figure !== undefined);
    observations.push(...known);
    if (since !== undefined && known.length > 0) absentSince[row.instrument] = since;
  }
  return Object.keys(absentSince).length === 0 ? { observations } : { observations, absentSince };
}

function marketFigures(row: InstrumentRow) {
  return { funding: row.funding, 'open-interest': row.openInterest, market: row.market };
}
