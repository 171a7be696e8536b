import { parseAssetId } from '../../signals/assets.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetState } from '../../signals/model/reading.ts';
import { assetOfState } from '../answers/known-assets.ts';

/** A coin's name is shorter; more was not meant as one. */
const LONGEST_TYPED = 40;

/**
 * Watched coins for what somebody has begun to type: the coin itself, then names that begin with
 * it, then names that contain it, each by open interest (USD), coins warming up last. Nothing
 * typed: the largest. Only names of coins come back, nothing of what was typed.
 */
export function suggestedAssets(
  states: readonly AssetState[],
  typed: string,
  most: number,
): AssetId[] {
  const wanted = wantedOf(typed);
  if (wanted === undefined || !(most >= 1)) return [];
  return states
    .map((state) => ({
      asset: assetOfState(state),
      rank: rankOf(assetOfState(state), wanted),
      size: state.status === 'ready' ? state.reading.openInterestUsd : -1,
    }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank || b.size - a.size || (a.asset < b.asset ? -1 : 1))
    .slice(0, Math.floor(most))
    .map(({ asset }) => asset);
}

const NO_MATCH = 3;

function rankOf(asset: AssetId, wanted: string): number {
  if (asset === wanted) return 0;
  if (asset.startsWith(wanted)) return 1;
  return asset.includes(wanted) ? 2 : NO_MATCH;
}

/** Empty: anything. Undefined: no coin is called like that. */
function wantedOf(typed: string): string | undefined {
  if (typed.length > LONGEST_TYPED) return undefined;
  const text = typed.trim().replace(/^\$/, '');
  return text === '' ? '' : parseAssetId(text);
}
