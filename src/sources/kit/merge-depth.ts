import type { DepthLevel } from '../../signals/model/observations.ts';

/** Does every distance have both sides? */
export function isWholeDepth(levels: readonly DepthLevel[]): boolean {
  return levels.every((level) => level.bidUsd !== undefined && level.askUsd !== undefined);
}

/**
 * Far distances from a coarser read of the same book: the fine figure where there is one, and a
 * coarse one never below the fine ones nearer to mid. Both have the same distances.
 */
export function mergeDepth(
  fine: readonly DepthLevel[],
  coarse: readonly DepthLevel[],
): DepthLevel[] {
  return fine.map((level, index) => {
    const nearer = fine.slice(0, index);
    const bidUsd = level.bidUsd ?? atLeast(coarse[index]?.bidUsd, nearer, 'bidUsd');
    const askUsd = level.askUsd ?? atLeast(coarse[index]?.askUsd, nearer, 'askUsd');
    return {
      distanceFraction: level.distanceFraction,
      ...(bidUsd === undefined ? {} : { bidUsd }),
      ...(askUsd === undefined ? {} : { askUsd }),
    };
  });
}

function atLeast(
  usd: number | undefined,
  nearer: readonly DepthLevel[],
  side: 'bidUsd' | 'askUsd',
): number | undefined {
  if (usd === undefined) return undefined;
  return Math.max(usd, ...nearer.map((level) => level[side] ?? 0));
}
