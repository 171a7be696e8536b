import { describe, expect, test } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import type {
  BorrowPosition,
  FundingObservation,
  Gap,
  MarketObservation,
} from '../../../../src/signals/model/observations.ts';
import { applyBatch, type Board, emptyBoard } from '../../../../src/signals/observe/board.ts';
import { makeBorrowPosition } from '../../../fakes/make-observations.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const COINS = ['BTC', 'ETH', 'SOL', 'DOGE', 'XRP'];

function mark(coin: string, markPriceUsd: number, observedAt: number): MarketObservation {
  return {
    kind: 'market',
    source: 'bybit',
    asset: assetId(coin),
    instrument: `${coin}USDT`,
    markPriceUsd,
    observedAt,
  };
}

function funding(phase: FundingObservation['phase'], annualFraction: number): FundingObservation {
  return {
    kind: 'funding',
    source: 'bybit',
    asset: assetId('BTC'),
    instrument: 'BTCUSDT',
    rateFraction: annualFraction / 1095,
    intervalHours: 8,
    phase,
    annualFraction,
    observedAt: T0,
  };
}

function gap(reason: Gap['reason'], instrument?: string): Gap {
  return {
    kind: 'gap',
    source: 'bybit',
    wanted: 'market',
    reason,
    detail: 'made for the test',
    ...(instrument === undefined ? {} : { instrument }),
  };
}

function market(
  board: Board,
  takenAt: number,
  observations: MarketObservation[],
  gaps: Gap[] = [],
) {
  return applyBatch(board, { source: 'bybit', job: 'market', takenAt, observations, gaps });
}

function row(board: Board, instrument: string) {
  return board.sources.get('bybit')?.instruments.get(instrument);
}

describe('applyBatch', () => {
  test('a newer batch replaces the figures it contains and keeps those it lacks', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0), mark('ETH', 10, T0)]);
    market(board, T0 + MINUTE, [mark('BTC', 101, T0 + MINUTE)], [gap('timeout')]);
    expect(row(board, 'BTCUSDT')?.market?.markPriceUsd).toBe(101);
    expect(row(board, 'ETHUSDT')?.market?.markPriceUsd).toBe(10);
    expect(row(board, 'ETHUSDT')?.absentSince).toBeUndefined();
  });

  test('a failed batch changes no figure and does not count as a success', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0)]);
    market(board, T0 + MINUTE, [], [gap('unavailable')]);
    const job = board.sources.get('bybit')?.jobs.get('market');
    expect(row(board, 'BTCUSDT')?.market?.observedAt).toBe(T0);
    expect(job?.takenAt).toBe(T0 + MINUTE);
    expect(job?.lastSuccessAt).toBe(T0);
    expect(job?.gaps.map((own) => own.reason)).toEqual(['unavailable']);
  });

  test('an instrument missing from a whole batch is marked absent, and listed again when it returns', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0), mark('ETH', 10, T0)]);
    market(board, T0 + MINUTE, [mark('BTC', 101, T0 + MINUTE)]);
    market(board, T0 + 2 * MINUTE, [mark('BTC', 102, T0 + 2 * MINUTE)]);
    expect(row(board, 'ETHUSDT')?.absentSince).toBe(T0 + MINUTE);
    expect(row(board, 'ETHUSDT')?.market?.markPriceUsd).toBe(10);
    market(board, T0 + 3 * MINUTE, [mark('ETH', 11, T0 + 3 * MINUTE)]);
    expect(row(board, 'ETHUSDT')?.absentSince).toBeUndefined();
  });

  test('an instrument excused by a gap of its own, and an empty batch, mark nothing absent', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0), mark('ETH', 10, T0)]);
    market(board, T0 + MINUTE, [mark('BTC', 101, T0 + MINUTE)], [gap('bad-payload', 'ETHUSDT')]);
    market(board, T0 + 2 * MINUTE, []);
    expect(row(board, 'ETHUSDT')?.absentSince).toBeUndefined();
    expect(row(board, 'BTCUSDT')?.absentSince).toBeUndefined();
  });

  test('a gap of an unsupported kind does not excuse missing instruments', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0), mark('ETH', 10, T0)]);
    market(board, T0 + MINUTE, [mark('BTC', 101, T0 + MINUTE)], [gap('unsupported')]);
    expect(row(board, 'ETHUSDT')?.absentSince).toBe(T0 + MINUTE);
  });

  test('a batch older than the newest of its job is ignored', () => {
    const board = market(emptyBoard(), T0 + MINUTE, [mark('BTC', 101, T0 + MINUTE)]);
    market(board, T0, [mark('BTC', 100, T0)]);
    expect(row(board, 'BTCUSDT')?.market?.markPriceUsd).toBe(101);
  });

  test('a venue clock ahead of ours does not make a figure younger than its batch', () => {
    const board = market(emptyBoard(), T0, [mark('BTC', 100, T0 + 9 * MINUTE)]);
    expect(row(board, 'BTCUSDT')?.market?.observedAt).toBe(T0);
  });

  test('a source that repeats five marks keeps its older times and gets a stale gap', () => {
    const at = (time: number, last: number) =>
      COINS.map((coin, index) => mark(coin, index === 4 ? last : index + 1, time));
    const board = market(emptyBoard(), T0, at(T0, 5));
    market(board, T0 + MINUTE, at(T0 + MINUTE, 5));
    market(board, T0 + 2 * MINUTE, at(T0 + 2 * MINUTE, 5));
    expect(row(board, 'BTCUSDT')?.market?.observedAt).toBe(T0);
    expect(board.sources.get('bybit')?.jobs.get('market')?.gaps[0]?.reason).toBe('stale');
    market(board, T0 + 3 * MINUTE, at(T0 + 3 * MINUTE, 5.01));
    expect(row(board, 'BTCUSDT')?.market?.observedAt).toBe(T0 + 3 * MINUTE);
    expect(board.sources.get('bybit')?.jobs.get('market')?.gaps).toEqual([]);
  });

  test('four repeated marks may be chance', () => {
    const at = (time: number) => COINS.slice(0, 4).map((coin) => mark(coin, 7, time));
    const board = market(emptyBoard(), T0, at(T0));
    market(board, T0 + MINUTE, at(T0 + MINUTE));
    expect(row(board, 'BTCUSDT')?.market?.observedAt).toBe(T0 + MINUTE);
  });

  test('the predicted rate wins over a settled one of the same batch, whatever their order', () => {
    for (const observations of [
      [funding('predicted', 0.3), funding('settled', 0.1)],
      [funding('settled', 0.1), funding('predicted', 0.3)],
    ]) {
      const board = applyBatch(emptyBoard(), {
        source: 'bybit',
        job: 'market',
        takenAt: T0,
        observations,
        gaps: [],
      });
      expect(row(board, 'BTCUSDT')?.funding?.annualFraction).toBe(0.3);
    }
  });

  test('half a read of positions never lowers the exposure known', () => {
    const position = (account: string, valueUsd: number): BorrowPosition => ({
      kind: 'position',
      source: 'morpho-blue',
      account,
      collateral: [
        {
          asset: assetId('ETH'),
          token: 'WETH',
          amount: '1',
          liquidationThresholdFraction: 0.86,
          valueUsd,
        },
      ],
      debt: [{ asset: assetId('USDC'), token: 'USDC', amount: '1', valueUsd: 50 }],
      closeFactorFraction: 1,
      bonusFraction: 0.05,
      observedAt: T0,
    });
    const positions = (board: Board, takenAt: number, values: number[], gaps: Gap[]) =>
      applyBatch(board, {
        source: 'morpho-blue',
        job: 'position',
        takenAt,
        observations: values.map((value, index) => position(`0x${index}`, value)),
        gaps,
      });
    const board = positions(emptyBoard(), T0, [100, 200], []);
    const exposure = () => board.sources.get('morpho-blue')?.exposureUsd.get(assetId('ETH'));
    expect(exposure()).toBe(300);
    positions(board, T0 + MINUTE, [120], [gap('timeout')]);
    expect(exposure()).toBe(300);
    positions(board, T0 + 2 * MINUTE, [120], []);
    expect(exposure()).toBe(120);
  });

  test('a market row without a volume keeps the last one: it must not look like a drained market', () => {
    const board = emptyBoard();
    market(board, T0, [{ ...mark('BTC', 100, T0), volume24hUsd: 9e9 }]);
    const later = T0 + MINUTE;
    market(board, later, [mark('BTC', 101, later)], [gap('timeout')]);
    expect(row(board, 'BTCUSDT')?.market).toEqual({
      ...mark('BTC', 101, later),
      volume24hUsd: 9e9,
    });
  });

  test('a read that repeats five positions to the last digit is no read: the protocol has stopped', () => {
    const board = emptyBoard();
    const read = (takenAt: number, debtsUsd: readonly number[]) =>
      applyBatch(board, {
        source: 'morpho-blue',
        job: 'position',
        takenAt,
        observations: debtsUsd.map((debtUsd, index) =>
          makeBorrowPosition('morpho-blue', `0x${index}`, 1000, debtUsd, takenAt),
        ),
        gaps: [],
      })
        .sources.get('morpho-blue')
        ?.jobs.get('position');
    expect(read(T0, [600, 601, 602, 603, 604])).toMatchObject({ frozen: false });
    expect(read(T0 + MINUTE, [600, 601, 602, 603, 604])).toMatchObject({
      lastSuccessAt: T0,
      frozen: true,
      gaps: [{ wanted: 'position', reason: 'stale' }],
    });
    expect(read(T0 + 2 * MINUTE, [600, 601, 602, 603, 604.000001])).toEqual({
      takenAt: T0 + 2 * MINUTE,
      lastSuccessAt: T0 + 2 * MINUTE,
      frozen: false,
      gaps: [],
    });
    read(T0 + 3 * MINUTE, [600, 601]);
    expect(read(T0 + 4 * MINUTE, [600, 601])).toMatchObject({ frozen: false });
  });

  test('no positions at all from a protocol that had some is no whole read', () => {
    const board = emptyBoard();
    const read = (takenAt: number, observations: BorrowPosition[]) =>
      applyBatch(board, {
        source: 'morpho-blue',
        job: 'position',
        takenAt,
        observations,
        gaps: [],
      });
    read(T0, [makeBorrowPosition('morpho-blue', '0x1', 1000, 600, T0)]);
    read(T0 + MINUTE, []);
    const source = board.sources.get('morpho-blue');
    expect(source?.exposureUsd.get(assetId('ETH'))).toBe(1000);
    expect(source?.jobs.get('position')?.lastSuccessAt).toBe(T0);
  });

  test('a protocol that only ever answers "not here" was never read', () => {
    const board = emptyBoard();
    const gaps: Gap[] = [{ ...gap('unsupported'), source: 'morpho-blue', wanted: 'position' }];
    const batch = { source: 'morpho-blue', job: 'position', observations: [], gaps } as const;
    applyBatch(board, { ...batch, takenAt: T0 });
    expect(board.sources.get('morpho-blue')?.jobs.get('position')?.lastSuccessAt).toBeUndefined();
  });
});
