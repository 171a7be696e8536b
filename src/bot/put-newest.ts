/**
 * Puts an entry into a map that remembers only `most`: it counts as used last, and those used
 * longest ago are forgotten. Changes `map`.
 */
export function putNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
