import type { OutboxStore, Store } from '../../src/store/store.ts';

const OUTBOX_WRITES: readonly (keyof OutboxStore)[] = [
  'enqueue',
  'expire',
  'claim',
  'settle',
  'release',
  'releaseAbandoned',
];

/** The process is gone: nothing it does afterwards may reach the store. */
export class Crash extends Error {
  constructor() {
    super('the process was killed');
  }
}

/**
 * A store whose process dies at the n-th outbox write: just before it happens, or just after it
 * was committed. From then on every call throws, as nothing runs in a dead process.
 */
export function crashingStore(
  store: Store,
  crashAt: number,
  when: 'before' | 'after',
): { store: Pick<Store, 'outbox' | 'subscriptions'>; crashed: () => boolean } {
  let writes = 0;
  let dead = false;
  const outbox = new Proxy(store.outbox, {
    get(target, name: keyof OutboxStore) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (dead) throw new Crash();
        const isWrite = OUTBOX_WRITES.includes(name);
        if (isWrite) writes += 1;
        const dies = isWrite && writes === crashAt;
        if (dies) dead = true;
        if (dies && when === 'before') throw new Crash();
        const result = await method.apply(target, args);
        if (dies) throw new Crash();
        return result;
      };
    },
  });
  return { store: { outbox, subscriptions: store.subscriptions }, crashed: () => dead };
}
