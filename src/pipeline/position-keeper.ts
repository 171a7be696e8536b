import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type { BorrowPosition } from '../signals/model/observations.ts';
import { buildPositionBook, type PositionBook } from '../signals/profile/position-book.ts';
import type { SourceSnapshot } from '../store/store.ts';

export interface PositionKeeper {
  /** Takes a fresh read; gives the snapshot with the prices it must be re-priced from. */
  add(snapshot: SourceSnapshot): SourceSnapshot;
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

interface Read {
  positions: BorrowPosition[];
  /** Prices in force when it was read; filled from the first evaluation after it where unknown. */
  referencePricesUsd: Map<AssetId, number>;
}

/**
 * Keeps the last read of every protocol. Values of legs are as of their read; the book re-prices them
 * by how far their asset has moved since, so the prices of that moment are kept with them.
 */
export function createPositionKeeper(): PositionKeeper {
  const reads = new Map<SourceId, Read>();
  let latestPrices: ReadonlyMap<AssetId, number> = new Map();
  let built: PositionBook | undefined;
  let builtFrom = '';

  function keep(snapshot: SourceSnapshot, prices: ReadonlyMap<AssetId, number>): void {
    const positions = snapshot.observations.filter(
      (observation) => observation.kind === 'position',
    );
    reads.set(snapshot.source, { positions, referencePricesUsd: new Map(prices) });
    built = undefined;
  }

  return {
    add(snapshot) {
      keep(snapshot, latestPrices);
      return { ...snapshot, referencePricesUsd: Object.fromEntries(latestPrices) };
    },
    restore(snapshot) {
      const prices = Object.entries(snapshot.referencePricesUsd ?? {}) as [AssetId, number][];
      keep(snapshot, new Map(prices));
    },
    book(pricesUsd, active) {
      latestPrices = pricesUsd;
      const used = [...reads].filter(([source]) => active.has(source));
      if (used.length === 0) return undefined;
      const sources = used.map(([source]) => source).join(' ');
      if (sources !== builtFrom) built = undefined;
      for (const [, read] of used) {
        if (fillMissing(read.referencePricesUsd, pricesUsd)) built = undefined;
      }
      built ??= buildBook(used.map(([, read]) => read));
      builtFrom = sources;
      return built;
    },
  };
}

/** Prices first known after the read stand for the read's own. True when any was added. */
function fillMissing(
  reference: Map<AssetId, number>,
  pricesUsd: ReadonlyMap<AssetId, number>,
): boolean {
  let added = false;
  for (const [asset, price] of pricesUsd) {
    if (reference.has(asset)) continue;
    reference.set(asset, price);
    added = true;
  }
  return added;
}

/** Brings every read to the reference prices of the first, so that one book can hold them all. */
function buildBook(reads: readonly Read[]): PositionBook {
  const [first, ...others] = reads;
  const reference = first?.referencePricesUsd ?? new Map<AssetId, number>();
  const positions = [...(first?.positions ?? [])];
  for (const read of others) {
    const ratioOf = (asset: AssetId) => {
      const from = read.referencePricesUsd.get(asset);
      const to = reference.get(asset);
      return from === undefined || to === undefined || from <= 0 ? 1 : to / from;
    };
    for (const position of read.positions) {
      positions.push({
        ...position,
        collateral: position.collateral.map((leg) => ({
          ...leg,
          valueUsd: leg.valueUsd * ratioOf(leg.asset),
        })),
        debt: position.debt.map((leg) => ({ ...leg, valueUsd: leg.valueUsd * ratioOf(leg.asset) })),
      });
    }
  }
  return buildPositionBook(positions, reference);
}
