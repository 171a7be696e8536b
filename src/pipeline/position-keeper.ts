import type { AssetId, SourceId } from '../signals/model/ids.ts';
import { buildPositionBook, type PositionBook } from '../signals/profile/position-book.ts';
import { mergePositionBooks, withReferencePrices } from '../signals/profile/reference-prices.ts';
import type { SourceSnapshot } from '../store/store.ts';
import { completeHalfRead } from './half-read.ts';

export interface PositionKeeper {
  /**
   * Takes a fresh read; gives the snapshot a restart needs: with the prices it must be re-priced
   * from. `before` completes half a read (see `completeHalfRead`).
   */
  add(snapshot: SourceSnapshot, before?: SourceSnapshot): SourceSnapshot;
  /** Takes a read of an earlier run. */
  restore(snapshot: SourceSnapshot): void;
  /**
   * Positions of the `active` sources (configured and not retired) as one book, re-priced from the
   * time of each read; undefined when there are none.
   */
  book(
    pricesUsd: ReadonlyMap<AssetId, number>,
    active: ReadonlySet<SourceId>,
  ): PositionBook | undefined;
}

/**
 * Keeps the last read of every protocol, as typed arrays: 200,000 positions as objects would fill
 * the memory. Values of legs are as of their read; the book re-prices them by how far their asset has
 * moved since, so the prices of that moment are kept with them.
 */
export function createPositionKeeper(): PositionKeeper {
  const reads = new Map<SourceId, PositionBook>();
  let latestPrices: ReadonlyMap<AssetId, number> = new Map();
  let merged: { from: readonly PositionBook[]; book: PositionBook | undefined } | undefined;

  function keep(snapshot: SourceSnapshot, prices: ReadonlyMap<AssetId, number>): void {
    const positions = snapshot.observations.filter(
      (observation) => observation.kind === 'position',
    );
    reads.set(snapshot.source, buildPositionBook(positions, prices));
  }

  return {
    add(snapshot, before) {
      const whole = completeHalfRead(snapshot, before, latestPrices);
      keep(whole, latestPrices);
      return { ...whole, referencePricesUsd: Object.fromEntries(latestPrices) };
    },
    restore(snapshot) {
      const prices = Object.entries(snapshot.referencePricesUsd ?? {}) as [AssetId, number][];
      keep(snapshot, new Map(prices));
    },
    book(pricesUsd, active) {
      latestPrices = pricesUsd;
      const used: PositionBook[] = [];
      for (const [source, read] of reads) {
        const priced = withReferencePrices(read, pricesUsd);
        reads.set(source, priced);
        if (active.has(source)) used.push(priced);
      }
      const same =
        merged?.from.length === used.length && merged.from.every((book, i) => book === used[i]);
      if (!same) merged = { from: used, book: mergePositionBooks(used) };
      return merged?.book;
    },
  };
}
