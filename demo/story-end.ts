import type { Store } from '../src/store/store.ts';
import type { Narrator } from './narrator.ts';

/**
 * Over when the cascade is, every alert has been closed and nothing is left to be sent. Asked after
 * each evaluation; the answer comes a little later.
 */
export function createStoryEnd(
  store: Pick<Store, 'alerts' | 'outbox'>,
  narrator: Pick<Narrator, 'cascadeIsOver'>,
): { reached: Promise<void>; evaluated(): void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let asking = false;

  async function ask(): Promise<void> {
    const states = await store.alerts.all();
    if (states.some((state) => state.incident !== undefined)) return;
    const { pending, claimed } = await store.outbox.counts();
    if (pending + claimed === 0) resolve();
  }

  return {
    reached: promise,
    evaluated() {
      if (asking || !narrator.cascadeIsOver()) return;
      asking = true;
      ask()
        .catch(reject)
        .finally(() => {
          asking = false;
        });
    },
  };
}
