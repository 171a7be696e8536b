/** Configuration as nested mappings, before it is checked. */
export type Layer = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Mappings merge key by key; everything else (lists too) is replaced. */
export function mergeLayers(base: Layer, layer: Layer): Layer {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(layer)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isRecord(before) && isRecord(value) ? mergeLayers(before, value) : value;
  }
  return merged;
}

/** Puts `value` at `path`, making the mappings on the way. */
export function setAt(
  target: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = isRecord(target[head]) ? target[head] : {};
  target[head] = inner;
  setAt(inner, rest, value);
}
