import { PassThrough, Writable } from 'node:stream';

/** A terminal in memory: what is typed goes to `input`, what is shown collects in `text()`. */
export function fakeTerminal(options: { isTTY?: boolean; hasColors?: boolean } = {}) {
  const input = new PassThrough();
  const writes: string[] = [];
  const waiting: (() => void)[] = [];
  let stuck = false;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (stuck) return;
      writes.push(chunk);
      done();
      for (const wake of waiting.splice(0)) wake();
    },
  });
  const output = Object.assign(stream, {
    isTTY: options.isTTY ?? false,
    columns: 100,
    hasColors: () => options.hasColors ?? true,
  });
  return {
    input,
    output,
    writes,
    text: () => writes.join(''),
    /** As after Ctrl-S: takes nothing any more. */
    stick: () => {
      stuck = true;
    },
    type: (line: string) => input.write(`${line}\n`),
    /** Resolves once so many writes were made. */
    async written(count: number): Promise<void> {
      while (writes.length < count) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
