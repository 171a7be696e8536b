type Method = (...given: unknown[]) => unknown;

/**
 * Puts `around` a method of a library's object, where the library calls it by itself and nobody
 * else could catch what it throws. A method that is not there (another version) is left alone:
 * containment is then up to the process.
 */
export function wrapMethod(
  target: object,
  name: string,
  around: (original: Method) => Method,
): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') return;
  Reflect.set(
    target,
    name,
    around((...given) => Reflect.apply(original, target, given)),
  );
}

/** The method with its errors, thrown or rejected, given to `onError` instead. */
export function containMethod(
  target: object,
  name: string,
  onError: (error: unknown) => void,
): void {
  wrapMethod(target, name, (original) => (...given) => {
    try {
      const result = original(...given);
      return result instanceof Promise ? result.catch(onError) : result;
    } catch (error) {
      onError(error);
      return undefined;
    }
  });
}
