export type Path = readonly (string | number)[];

/** Takes the leaf away instead of replacing it. */
export const REMOVED = Symbol('removed');

/** Every value of a JSON document that holds no other value. */
export function leavesOf(document: unknown, at: Path = []): { path: Path; value: unknown }[] {
  if (typeof document !== 'object' || document === null) return [{ path: at, value: document }];
  const entries: [string | number, unknown][] = Array.isArray(document)
    ? [...document.entries()]
    : Object.entries(document);
  return entries.flatMap(([key, value]) => leavesOf(value, [...at, key]));
}

/** A copy of the document with one leaf spoiled. */
export function spoilt(document: unknown, path: Path, spoil: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return spoil;
  if (Array.isArray(document)) {
    const index = Number(step);
    if (rest.length === 0 && spoil === REMOVED) return document.toSpliced(index, 1);
    return document.with(index, spoilt(document[index], rest, spoil));
  }
  const { [step]: inner, ...others } = document as Record<string, unknown>;
  if (rest.length === 0 && spoil === REMOVED) return others;
  return { ...others, [step]: spoilt(inner, rest, spoil) };
}
