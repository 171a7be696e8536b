import type { Store } from '../../src/store/store.ts';

type Part =
  | 'series'
  | 'snapshots'
  | 'readings'
  | 'subscriptions'
  | 'alerts'
  | 'outbox'
  | 'places'
  | 'inbound';

/** The methods of each part that write, each in one transaction. */
const WRITES: Readonly<Record<Part, readonly string[]>> = {
  series: ['writeInstrumentHours', 'writeAssetMinutes', 'prune'],
  snapshots: ['save'],
  readings: ['save'],
  subscriptions: ['add', 'remove', 'mute', 'unmute', 'closeChat', 'reopenChat'],
  alerts: ['commit'],
  outbox: [
    'enqueue',
    'expire',
    'claim',
    'begin',
    'settle',
    'release',
    'releaseAbandoned',
    'summarise',
    'withdraw',
    'prune',
  ],
  places: ['enter', 'leave', 'move', 'forgetClosed'],
  inbound: ['commit', 'isSameBot'],
};

/** Stands after the name of a write that turned out to change nothing: a claim with nothing due. */
export const OF_NOTHING = '(nothing)';

/** The process is gone: nothing it does afterwards may reach the store. */
export class Crash extends Error {
  constructor() {
    super('the process was killed');
  }
}

export interface CrashingStore {
  store: Store;
  crashed(): boolean;
  /** Writes begun so far, as `outbox.claim`. */
  writes: readonly string[];
  /** The process dies now, whatever it is doing. */
  die(): void;
}

/**
 * A store whose process dies at the n-th write to the given parts (or of one kind, `outbox.settle`):
 * just before it happens, or just after it was committed. From then on every call throws, as nothing
 * runs in a dead process.
 */
export function crashingStore(
  store: Store,
  crashAt: number,
  when: 'before' | 'after',
  counted: readonly (Part | `${Part}.${string}`)[] = ['outbox'],
): CrashingStore {
  const writes: string[] = [];
  let dead = false;

  function isWrite(part: Part, name: string): boolean {
    const isCounted = counted.some((one) => one === part || one === `${part}.${name}`);
    return isCounted && WRITES[part].includes(name);
  }

  async function record(write: string, run: () => Promise<unknown>): Promise<unknown> {
    const place = writes.push(write) - 1;
    const dies = writes.length === crashAt;
    if (dies) dead = true;
    if (dies && when === 'before') throw new Crash();
    const result = await run();
    writes[place] = nameOf(write, result);
    return result;
  }

  function watch<P extends Part>(part: P): Store[P] {
    return new Proxy<Store[P]>(store[part], {
      get(target, key) {
        const name = String(key);
        const method = Reflect.get(target, key) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          if (dead) throw new Crash();
          const run = () => method.apply(target, args);
          const result = await (isWrite(part, name) ? record(`${part}.${name}`, run) : run());
          // Also when it died during this very call: in a dead process nobody gets the answer.
          if (dead) throw new Crash();
          return result;
        };
      },
    });
  }

  return {
    store: {
      ...store,
      series: watch('series'),
      snapshots: watch('snapshots'),
      readings: watch('readings'),
      subscriptions: watch('subscriptions'),
      alerts: watch('alerts'),
      outbox: watch('outbox'),
      places: watch('places'),
      inbound: watch('inbound'),
    },
    crashed: () => dead,
    writes,
    die() {
      dead = true;
    },
  };
}

function nameOf(write: string, result: unknown): string {
  return Array.isArray(result) && result.length === 0 ? `${write} ${OF_NOTHING}` : write;
}
