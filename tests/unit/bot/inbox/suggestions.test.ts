import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suggestedAssets } from '../../../../src/bot/inbox/suggestions.ts';
import { assetId } from '../../../../src/signals/assets.ts';
import type { AssetState } from '../../../../src/signals/model/reading.ts';
import { makeReading } from '../../../fakes/make-reading.ts';

const coin = (name: string, openInterestUsd: number): AssetState => ({
  status: 'ready',
  reading: makeReading({ name, openInterestUsd }),
});
const STATES: readonly AssetState[] = [
  coin('ETHFI', 3e8),
  coin('ETH', 6e9),
  coin('BETH', 9e9),
  coin('ETC', 5e8),
  coin('BTC', 1e10),
  coin('S', 1e6),
  coin('SOL', 4e9),
  coin('SUI', 5e9),
  { status: 'warming-up', warming: { asset: assetId('ETHW'), at: 0, needs: [] } },
];

test.each([
  ['eth', ['ETH', 'ETHFI', 'ETHW', 'BETH']],
  [' $Et', ['ETH', 'ETC', 'ETHFI', 'ETHW', 'BETH']],
  ['s', ['S', 'SUI', 'SOL']],
  ['xbt', ['BTC']],
  ['', ['BTC', 'BETH', 'ETH', 'SUI', 'SOL', 'ETC', 'ETHFI', 'S', 'ETHW']],
  ['btc,e', []],
  ['\u202eeth', []],
  ['e'.repeat(10_000), []],
])('“%s” suggests %j', (typed, suggested) => {
  expect(suggestedAssets(STATES, typed, 25)).toEqual(suggested);
});

test.each([
  [2, 2],
  [2.9, 2],
  [0, 0],
  [-3, 0],
  [Number.NaN, 0],
])('at most %d are suggested', (most, count) => {
  expect(suggestedAssets(STATES, '', most)).toHaveLength(count);
});

test('whatever is typed, only watched coins come back', () => {
  const watched = new Set(suggestedAssets(STATES, '', 100));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (typed) => {
      for (const asset of suggestedAssets(STATES, typed, 5)) expect(watched).toContain(asset);
    }),
    { seed: 5, numRuns: 300 },
  );
});
