/** Consecutive parts of `items` with at most `size` each: databases limit parameters per statement. */
export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
