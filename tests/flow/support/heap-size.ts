import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** MB in use on the heap of this thread after everything unused was collected. */
export function heapSizeMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
