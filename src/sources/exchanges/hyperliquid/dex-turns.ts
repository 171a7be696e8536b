/** Weight 20 each: what the first cycle may ask, and any later one. */
const FIRST_AT_MOST = 16;
const LATER_AT_MOST = 8;

/**
 * Which dexes this cycle asks, of `names`. Those never asked before come first; then each is asked
 * every other cycle, the longest waiting first, so that its figures never get out of date. Beyond
 * sixteen dexes a turn takes longer: no cycle asks more than sixteen, or eight once all were asked.
 * `askedIn` is the cycle in which a dex was last asked.
 */
export function dexesOfCycle(
  names: readonly string[],
  askedIn: ReadonlyMap<string, number>,
): readonly string[] {
  const never = names.filter((name) => !askedIn.has(name));
  if (never.length > 0) return never.slice(0, FIRST_AT_MOST);
  const waiting = names.toSorted((a, b) => (askedIn.get(a) ?? 0) - (askedIn.get(b) ?? 0));
  return waiting.slice(0, Math.min(LATER_AT_MOST, Math.ceil(names.length / 2)));
}
