/** The cascade engine against selling round by round: the same units, the same impact. */
import { type Barrier, buildBarrier } from '../src/signals/cascade/barrier.ts';
import { solveShock } from '../src/signals/cascade/end-point.ts';
import { sortDistances } from '../src/signals/cascade/sort-distances.ts';
import type { TriggerUnits } from '../src/signals/model/profile.ts';
import type { ImpactParams } from '../src/signals/model/reading.ts';
import { formatMs, formatTable, medianMs, seededUniform } from './measure.ts';
import { advanceSorted, rescanUnsorted, searchSorted } from './round-loops.ts';

const SIZES = [1e4, 1e5, 1e6] as const;
/** Shocks the loops are timed and checked on. */
const SHOCK_COUNT = 16;
/** Shocks in one timed run of the barrier, which is too quick to time one by one. */
const QUERY_COUNT = 200_000;
/** Largest difference allowed between any two ways to the same end point, log-price units. */
const TOLERANCE_DISTANCE = 1e-9;

/** $5bn of triggers some 8 % away against a book of $300m for the first 1 %: strong feedback. */
const TOTAL_USD = 5e9;
const IMPACT: ImpactParams = { depthUsdPerUnit: 3e10, latentUsdPerUnit2: 5e11 };

interface Row {
  units: number;
  rounds: number;
  hitShare: number;
  buildMs: number;
  sortMs: number;
  queryMs: number;
  rescanMs: number;
  advanceMs: number;
  searchMs: number;
  worstDifference: number;
}

/** Lines for people. Throws when the ways disagree: a fast wrong answer is worth nothing. */
export function benchBarrier(): string[] {
  const rows = SIZES.map((size) => measureSize(size));
  const header = rows.map((row) => row.units.toExponential(0).replace('e+', 'e'));
  const line = (name: string, cell: (row: Row) => string) => [name, ...rows.map(cell)];
  const times = (name: string, cell: (row: Row) => number) =>
    line(name, (row) => formatMs(cell(row)));
  const ratio = (name: string, cell: (row: Row) => number) =>
    line(name, (row) => `${Math.round(cell(row) / row.queryMs).toLocaleString('en-US')}x`);
  return [
    ...formatTable([
      ['units', ...header],
      times('build from unsorted units', (row) => row.buildMs),
      times('  of which the sort', (row) => row.sortMs),
      times('each further shock, barrier', (row) => row.queryMs),
      times('one shock, rescan of unsorted units', (row) => row.rescanMs),
      times('one shock, pointer over sorted units', (row) => row.advanceMs),
      times('one shock, binary search a round over running sums', (row) => row.searchMs),
      ratio('barrier quicker a shock than the rescan', (row) => row.rescanMs),
      ratio('barrier quicker a shock than the pointer', (row) => row.advanceMs),
      ratio('barrier quicker a shock than the binary search', (row) => row.searchMs),
      line('build pays after this many shocks, against the rescan', (row) =>
        breakEven(row.buildMs, row.rescanMs - row.queryMs),
      ),
      line('  against the pointer, its own sort not counted', (row) =>
        breakEven(row.buildMs, row.advanceMs - row.queryMs),
      ),
      line('  against the pointer, both sorted', (row) =>
        breakEven(row.buildMs - row.sortMs, row.advanceMs - row.queryMs),
      ),
      line('rounds a shock, mean', (row) => row.rounds.toFixed(1)),
      line('units hit a shock, mean', (row) => `${(row.hitShare * 100).toFixed(0)} %`),
      line('largest difference of the end points', (row) => row.worstDifference.toExponential(1)),
    ]),
    `Shocks of 1-6 %; loops timed over the same ${SHOCK_COUNT} shocks, the barrier over ${QUERY_COUNT.toLocaleString('en-US')}.`,
    'The binary search needs the sort and the running sums too, so it saves only the last step of',
    'the build; and it finds end points only, not effective distances or critical shocks.',
  ];
}

function measureSize(size: number): Row {
  const uniform = seededUniform(size);
  const units = makeUnits(size, uniform);
  const barrier = buildBarrier(units, IMPACT);
  const sorted: TriggerUnits = {
    distances: barrier.distances,
    usd: Float64Array.from(barrier.order, (i) => units.usd[i] as number),
  };
  const shocks = makeShocks(SHOCK_COUNT, uniform);
  const queries = makeShocks(QUERY_COUNT, uniform);
  const repeats = size >= 1e6 ? 7 : 15;
  const checked = compareEnds(units, sorted, barrier, shocks);
  return {
    units: size,
    ...checked,
    buildMs: medianMs(repeats, () => buildBarrier(units, IMPACT)),
    sortMs: medianMs(repeats, () => sortDistances(units.distances)),
    queryMs: perShock(5, queries, (shock) => solveShock(barrier, shock).endDistance),
    rescanMs: perShock(3, shocks, (shock) => rescanUnsorted(units, IMPACT, shock).endDistance),
    advanceMs: perShock(5, shocks, (shock) => advanceSorted(sorted, IMPACT, shock).endDistance),
    searchMs: perShock(
      5,
      queries,
      (shock) => searchSorted(barrier.distances, barrier.cumulativeUsd, IMPACT, shock).endDistance,
    ),
  };
}

function compareEnds(
  units: TriggerUnits,
  sorted: TriggerUnits,
  barrier: Barrier,
  shocks: readonly number[],
): Pick<Row, 'rounds' | 'hitShare' | 'worstDifference'> {
  let worstDifference = 0;
  let rounds = 0;
  let hit = 0;
  for (const shock of shocks) {
    const end = solveShock(barrier, shock);
    const rescanned = rescanUnsorted(units, IMPACT, shock);
    const others = [
      rescanned,
      advanceSorted(sorted, IMPACT, shock),
      searchSorted(barrier.distances, barrier.cumulativeUsd, IMPACT, shock),
    ];
    for (const other of others) {
      worstDifference = Math.max(worstDifference, Math.abs(end.endDistance - other.endDistance));
    }
    rounds += rescanned.rounds;
    hit += end.unitsHit;
  }
  if (!(worstDifference <= TOLERANCE_DISTANCE)) {
    throw new Error(`end points differ by ${worstDifference} at ${units.usd.length} units`);
  }
  const count = shocks.length;
  return { worstDifference, rounds: rounds / count, hitShare: hit / count / units.usd.length };
}

/** Mean ms of one shock; the sum of the ends is kept so that no call can be optimised away. */
function perShock(
  repeats: number,
  shocks: readonly number[],
  endOf: (shock: number) => number,
): number {
  let kept = 0;
  const ms = medianMs(repeats, () => {
    for (const shock of shocks) kept += endOf(shock);
  });
  if (!Number.isFinite(kept)) throw new Error('an end point is not finite');
  return ms / shocks.length;
}

function breakEven(extraMs: number, savedMsPerShock: number): string {
  return savedMsPerShock > 0 ? (extraMs / savedMsPerShock).toPrecision(3) : 'never';
}

/** Triggers from 0.5 % on (8.5 % on average, most within 40 %), sizes over three orders of magnitude. */
function makeUnits(size: number, uniform: () => number): TriggerUnits {
  const distances = new Float64Array(size);
  const usd = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i += 1) {
    distances[i] = 0.005 + 0.04 * (-Math.log(1 - uniform()) - Math.log(1 - uniform()));
    usd[i] = 10 ** (3 * uniform());
    total += usd[i] as number;
  }
  return { distances, usd: usd.map((value) => (value * TOTAL_USD) / total) };
}

function makeShocks(count: number, uniform: () => number): number[] {
  return Array.from({ length: count }, () => 0.01 + 0.05 * uniform());
}
