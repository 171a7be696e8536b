/**
 * Mass by trigger price, in cells of equal log width. Cell `i` stands for the price at its centre,
 * exp((firstCell + i + 0.5) * stepLog) USD.
 */
export interface TriggerLadder {
  stepLog: number;
  firstCell: number;
  mass: Float64Array;
}

/** Covers the log prices from `fromLog` to `toLog`. */
export function createLadder(stepLog: number, fromLog: number, toLog: number): TriggerLadder {
  const firstCell = Math.floor(fromLog / stepLog);
  const cells = Math.max(1, Math.floor(toLog / stepLog) - firstCell + 1);
  return { stepLog, firstCell, mass: new Float64Array(cells) };
}

/** ln(USD price) at the centre of cell `index`. */
export function cellLogPrice(ladder: TriggerLadder, index: number): number {
  return (ladder.firstCell + index + 0.5) * ladder.stepLog;
}

/** Index of the first cell whose centre is at or above a log price; may lie outside the ladder. */
export function firstCellAtOrAbove(ladder: TriggerLadder, logPrice: number): number {
  return Math.ceil(logPrice / ladder.stepLog - 0.5) - ladder.firstCell;
}

/** Spreads mass evenly over a range of log prices; what lies outside the ladder is dropped. */
export function spreadMass(
  ladder: TriggerLadder,
  fromLog: number,
  toLog: number,
  mass: number,
): void {
  const from = fromLog / ladder.stepLog - ladder.firstCell;
  const width = toLog / ladder.stepLog - ladder.firstCell - from;
  const first = Math.floor(from);
  const last = Math.floor(from + width);
  if (first === last) {
    if (first >= 0 && first < ladder.mass.length) ladder.mass[first] = at(ladder, first) + mass;
    return;
  }
  const end = Math.min(last, ladder.mass.length - 1);
  for (let cell = Math.max(first, 0); cell <= end; cell++) {
    const overlap = Math.min(cell + 1, from + width) - Math.max(cell, from);
    ladder.mass[cell] = at(ladder, cell) + (mass * overlap) / width;
  }
}

/** Mass of a cell; 0 outside the ladder. */
export function at(ladder: TriggerLadder, index: number): number {
  return ladder.mass[index] ?? 0;
}

/** Sum over the cells `from` to `to` (exclusive), both clamped to the ladder. */
export function massBetween(ladder: TriggerLadder, from: number, to: number): number {
  const end = Math.min(to, ladder.mass.length);
  let sum = 0;
  for (let cell = Math.max(from, 0); cell < end; cell++) sum += at(ladder, cell);
  return sum;
}

/** The occupied part, as shares that sum to 1; undefined when the ladder is empty. */
export function normalisedLadder(ladder: TriggerLadder): TriggerLadder | undefined {
  const total = massBetween(ladder, 0, ladder.mass.length);
  if (!(total > 0)) return undefined;
  const first = ladder.mass.findIndex((value) => value > 0);
  const last = ladder.mass.findLastIndex((value) => value > 0);
  const mass = ladder.mass.slice(first, last + 1);
  for (let cell = 0; cell < mass.length; cell++) mass[cell] = (mass[cell] ?? 0) / total;
  return { stepLog: ladder.stepLog, firstCell: ladder.firstCell + first, mass };
}
