import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type { Board } from '../signals/observe/board.ts';
import type { InstrumentRef } from '../sources/kit/define.ts';

interface DepthSettings {
  /** Books of this many assets with the largest open interest. */
  assets: number;
  always: readonly AssetId[];
}

/**
 * Whose order books to read at one venue: the venue's largest market of each asset that is among the
 * largest over all venues. Leaving its smaller markets out makes a book look thinner, never deeper.
 * Largest first, so that a spent budget costs the least.
 */
export function depthTargets(
  board: Board,
  source: SourceId,
  settings: DepthSettings,
): InstrumentRef[] {
  const totals = new Map<AssetId, number>();
  for (const known of board.sources.values()) {
    for (const row of known.instruments.values()) {
      const usd = row.openInterest?.openInterestUsd ?? 0;
      totals.set(row.asset, (totals.get(row.asset) ?? 0) + usd);
    }
  }
  const largest = [...totals.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, settings.assets)
    .map(([asset]) => asset);
  const wanted = new Set<AssetId>([...largest, ...settings.always]);
  const best = new Map<AssetId, { instrument: string; usd: number }>();
  for (const row of board.sources.get(source)?.instruments.values() ?? []) {
    if (!wanted.has(row.asset) || row.absentSince !== undefined) continue;
    const usd = row.openInterest?.openInterestUsd ?? 0;
    if (usd > (best.get(row.asset)?.usd ?? -1)) {
      best.set(row.asset, { instrument: row.instrument, usd });
    }
  }
  return [...best.entries()]
    .sort(([, a], [, b]) => b.usd - a.usd)
    .map(([asset, { instrument }]) => ({ instrument, asset }));
}
