/** Timing for the benches: medians, because a shared machine makes single runs jump. */

/** Median wall-clock milliseconds of `run` over `times` runs after two that warm the compiler up. */
export function medianMs(times: number, run: () => unknown): number {
  run();
  run();
  const taken: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const startedAt = performance.now();
    run();
    taken.push(performance.now() - startedAt);
  }
  taken.sort((a, b) => a - b);
  return taken[Math.floor(taken.length / 2)] ?? Number.NaN;
}

/** Repeatable uniform numbers in [0, 1): mulberry32. Not for anything but test data. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `12.3 ms`, `4.56 us`, `78 ns`: three digits in the unit that suits. */
export function formatMs(ms: number): string {
  if (ms >= 1) return `${ms.toPrecision(3)} ms`;
  if (ms >= 1e-3) return `${(ms * 1e3).toPrecision(3)} us`;
  return `${(ms * 1e6).toPrecision(3)} ns`;
}

/** Rows of equal-length cells -> lines with right-aligned columns (the first left-aligned). */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
