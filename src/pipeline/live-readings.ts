import type { AssetId } from '../signals/model/ids.ts';
import type { AssetState } from '../signals/model/reading.ts';
import type { ReadingStore } from '../store/store.ts';

export interface LiveReadings extends ReadingStore {
  /** Fills memory from the store, at start. */
  restore(): Promise<void>;
  /** Writes what changed since the last flush. */
  flush(): Promise<void>;
  /** Drops coins that no venue lists any more (not in `listed`) and last read before `before`, epoch ms. */
  forget(listed: { has(asset: AssetId): boolean }, before: number): void;
}

/**
 * Newest states in memory, so that a chat is answered without reading 600 profiles from disk, and
 * written behind: what a restart finds is at most one flush old, and says its age.
 */
export function createLiveReadings(store: ReadingStore): LiveReadings {
  const states = new Map<AssetId, AssetState>();
  const dirty = new Set<AssetId>();
  return {
    async restore() {
      for (const state of await store.all()) states.set(assetOf(state), state);
    },
    async save(changed) {
      for (const state of changed) {
        states.set(assetOf(state), state);
        dirty.add(assetOf(state));
      }
    },
    async get(asset) {
      return states.get(asset);
    },
    async all() {
      return [...states.values()];
    },
    forget(listed, before) {
      for (const [asset, state] of states) {
        const { at } = state.status === 'ready' ? state.reading : state.warming;
        if (listed.has(asset) || at >= before) continue;
        states.delete(asset);
        dirty.delete(asset);
      }
    },
    async flush() {
      const batch = [...dirty].flatMap((asset) => states.get(asset) ?? []);
      dirty.clear();
      try {
        await store.save(batch);
      } catch (error) {
        for (const state of batch) dirty.add(assetOf(state));
        throw error;
      }
    },
  };
}

export function assetOf(state: AssetState): AssetId {
  return state.status === 'ready' ? state.reading.asset : state.warming.asset;
}
