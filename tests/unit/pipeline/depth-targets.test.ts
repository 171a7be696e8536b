import { expect, it } from 'vitest';
import { depthTargets } from '../../../src/pipeline/depth-targets.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { applyBatch, emptyBoard } from '../../../src/signals/observe/board.ts';
import { makeOpenInterest } from '../../fakes/make-observations.ts';

const T0 = Date.UTC(2026, 0, 1);

/** Open interest in USD by venue and instrument; the coin is the letters before the dash. */
function boardOf(venues: Record<string, Record<string, number>>) {
  const board = emptyBoard();
  for (const [source, markets] of Object.entries(venues)) {
    const observations = Object.entries(markets).map(([instrument, usd]) => ({
      ...makeOpenInterest(source, instrument.split('-')[0] ?? '', usd, T0),
      instrument,
    }));
    applyBatch(board, { source, job: 'market', takenAt: T0, observations, gaps: [] });
  }
  return board;
}

function instruments(
  board: ReturnType<typeof boardOf>,
  source: string,
  assets: number,
  always: string[] = [],
) {
  return depthTargets(board, source, { assets, always: always.map(assetId) }).map(
    ({ instrument }) => instrument,
  );
}

it('takes the venue’s largest market of each of the largest assets, the largest first', () => {
  const board = boardOf({
    bybit: { 'SOL-USDT': 50, 'ETH-USDT': 300, 'ETH-USDC': 40, 'BTC-USD': 90, 'BTC-USDT': 500 },
  });
  expect(instruments(board, 'bybit', 2)).toEqual(['BTC-USDT', 'ETH-USDT']);
});

it('ranks assets over all venues, not by what one of them lists', () => {
  const board = boardOf({
    bybit: { 'SOL-USDT': 50, 'DOGE-USDT': 60 },
    hyperliquid: { 'SOL-PERP': 100, 'ETH-PERP': 120 },
  });
  expect(instruments(board, 'bybit', 2)).toEqual(['SOL-USDT']);
  expect(instruments(board, 'hyperliquid', 2)).toEqual(['ETH-PERP', 'SOL-PERP']);
});

it('adds the assets wanted in any case, also without open interest', () => {
  const board = boardOf({ bybit: { 'BTC-USDT': 500, 'DOGE-USDT': 0, 'SOL-USDT': 50 } });
  expect(instruments(board, 'bybit', 1, ['DOGE', 'XRP'])).toEqual(['BTC-USDT', 'DOGE-USDT']);
  expect(instruments(board, 'bybit', 0, ['DOGE'])).toEqual(['DOGE-USDT']);
});

it('leaves out what the venue no longer lists, and takes its next largest', () => {
  const board = boardOf({ bybit: { 'BTC-USDT': 500, 'BTC-USDC': 20, 'ETH-USDT': 300 } });
  applyBatch(board, {
    source: 'bybit',
    job: 'market',
    takenAt: T0 + 60_000,
    observations: [
      { ...makeOpenInterest('bybit', 'BTC', 20, T0 + 60_000), instrument: 'BTC-USDC' },
      { ...makeOpenInterest('bybit', 'ETH', 300, T0 + 60_000), instrument: 'ETH-USDT' },
    ],
    gaps: [],
  });
  expect(instruments(board, 'bybit', 2)).toEqual(['ETH-USDT', 'BTC-USDC']);
});

it('asks nothing of a venue that was never seen', () => {
  expect(instruments(boardOf({ bybit: { 'BTC-USDT': 1 } }), 'okx', 5, ['BTC'])).toEqual([]);
});
