import { CommandError } from '../../errors.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetState } from '../../signals/model/reading.ts';
import type { ReadingStore } from '../../store/store.ts';
import { nearMisses } from '../options/near-miss.ts';

/** The newest state of a coin. Throws CommandError, naming close matches, when it is not watched. */
export async function stateOf(readings: ReadingStore, asset: AssetId): Promise<AssetState> {
  const state = await readings.get(asset);
  if (state === undefined) throw unknownAsset(asset, await readings.all());
  return state;
}

/** The newest states of these coins, those that have one, in the given order. */
export async function statesOf(
  readings: ReadingStore,
  assets: readonly AssetId[],
): Promise<AssetState[]> {
  const states = await Promise.all(assets.map((asset) => readings.get(asset)));
  return states.filter((state) => state !== undefined);
}

/**
 * Throws CommandError for a coin that is not watched. Before the first look at the market nothing
 * is known to be unknown, so every name passes.
 */
export async function requireKnown(
  readings: ReadingStore,
  assets: readonly AssetId[],
): Promise<void> {
  const states = await Promise.all(assets.map((asset) => readings.get(asset)));
  const missing = assets.find((_, index) => states[index] === undefined);
  if (missing === undefined) return;
  const all = await readings.all();
  if (all.length > 0) throw unknownAsset(missing, all);
}

export function assetOfState(state: AssetState): AssetId {
  return state.status === 'ready' ? state.reading.asset : state.warming.asset;
}

function unknownAsset(asset: AssetId, all: readonly AssetState[]): CommandError {
  if (all.length === 0) {
    return new CommandError(
      `Nothing is known about ${asset} yet: the service is warming up. Try again in a minute.`,
    );
  }
  const close = nearMisses(asset, all.map(assetOfState));
  const hint =
    close.length === 0 ? 'See /top for coins that are watched.' : `Did you mean ${either(close)}?`;
  return new CommandError(`I don't watch a coin called ${asset}. ${hint}`);
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[], joint = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}
