import type { Store } from '../../../src/store/store.ts';
import type { WaitingClock } from './waiting-clock.ts';

export interface CallTimes {
  count: number;
  /** Real ms. */
  totalMs: number;
  worstMs: number;
}

/** By `part.method`. */
export type StoreTimes = Map<string, CallTimes>;

/** The store, with virtual time standing still and real time taken while it works. */
export function timedStore(store: Store, clock: WaitingClock, times: StoreTimes): Store {
  const timed = <T extends object>(name: string, part: T): T =>
    new Proxy(part, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          clock.during(async () => {
            const startedAt = performance.now();
            try {
              return await Reflect.apply(value, target, args);
            } finally {
              note(times, `${name}.${String(key)}`, performance.now() - startedAt);
            }
          });
      },
    });
  return {
    ...store,
    outbox: timed('outbox', store.outbox),
    alerts: timed('alerts', store.alerts),
    inbound: timed('inbound', store.inbound),
  };
}

function note(times: StoreTimes, name: string, tookMs: number): void {
  const known = times.get(name) ?? { count: 0, totalMs: 0, worstMs: 0 };
  times.set(name, {
    count: known.count + 1,
    totalMs: known.totalMs + tookMs,
    worstMs: Math.max(known.worstMs, tookMs),
  });
}
