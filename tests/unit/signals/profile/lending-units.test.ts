import { describe, expect, it } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import type { BorrowPosition } from '../../../../src/signals/model/observations.ts';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { type LendingUnits, lendingUnits } from '../../../../src/signals/profile/lending-units.ts';
import { buildPositionBook } from '../../../../src/signals/profile/position-book.ts';
import { makePosition } from './make-position.ts';

const REFERENCE = { ETH: 2000, BTC: 50_000, LINK: 10, USDC: 1 };

function unitsOf(
  positions: BorrowPosition[],
  asset: string,
  prices: Record<string, number> = {},
): LendingUnits {
  const map = (entries: Record<string, number>) =>
    new Map(Object.entries(entries).map(([name, price]) => [assetId(name), price]));
  const book = buildPositionBook(positions, map(REFERENCE));
  return lendingUnits(book, assetId(asset), map({ ...REFERENCE, ...prices }));
}

const distances = (units: TriggerUnits) => [...units.distances];
const usd = (units: TriggerUnits) => [...units.usd];
const total = (units: TriggerUnits) => units.usd.reduce((sum, value) => sum + value, 0);

describe('one collateral, a dollar debt', () => {
  const morpho = makePosition([['ETH', 100_000, 0.86]], [['USDC', 80_000]], { bonus: 0.04384 });

  it('triggers where the weighted collateral equals the debt and goes as a whole', () => {
    const { units, positions, exposedUsd } = unitsOf([morpho], 'ETH');
    // y = 80,000 / 86,000 = 0.93023; x = 0.072321; 80,000 x 1.04384 = 83,507.2
    expect(distances(units.down)).toEqual([expect.closeTo(0.0723206616, 9)]);
    expect(usd(units.down)).toEqual([expect.closeTo(83_507.2, 6)]);
    expect(units.up.usd).toHaveLength(0);
    expect({ positions, exposedUsd }).toEqual({ positions: 1, exposedUsd: 100_000 });
  });

  it('is re-priced by how far its asset has moved since it was valued', () => {
    const { units } = unitsOf([morpho], 'ETH', { ETH: 1900 });
    // Collateral 95,000, weighted 81,700: y = 80,000 / 81,700
    expect(distances(units.down)).toEqual([expect.closeTo(Math.log(81_700 / 80_000), 12)]);
  });

  it('is not moved by a dollar or by an asset whose price is unknown', () => {
    const link = makePosition([['PEPE', 100_000, 0.86]], [['USDC', 80_000]]);
    const { units } = unitsOf([link], 'PEPE', { USDC: 0.5, PEPE: 3 });
    expect(distances(units.down)).toEqual([expect.closeTo(Math.log(86 / 80), 12)]);
  });

  it('sits at distance 0 when its health is already below 1', () => {
    const { units } = unitsOf([morpho], 'ETH', { ETH: 1800 });
    // Collateral 90,000, weighted 77,400 < 80,000
    expect(distances(units.down)).toEqual([0]);
    expect(usd(units.down)).toEqual([expect.closeTo(83_507.2, 6)]);
  });

  it('never sells more than the collateral is worth at the trigger', () => {
    const { units } = unitsOf([morpho], 'ETH', { ETH: 1600 });
    expect(usd(units.down)).toEqual([expect.closeTo(80_000, 6)]);
  });

  it('is left out beyond the greatest distance', () => {
    const safe = makePosition([['ETH', 100_000, 0.86]], [['USDC', 40_000]]);
    expect(unitsOf([safe], 'ETH')).toMatchObject({ positions: 0, exposedUsd: 0 });
  });
});

describe('partial liquidation', () => {
  it('heals the position: the next tranche sits ln HF further, and all tranches sum to the whole', () => {
    const aave = makePosition([['ETH', 1000, 0.8]], [['USDC', 700]], {
      closeFactor: 0.5,
      bonus: 0.05,
    });
    const { units } = unitsOf([aave], 'ETH');
    const first = Math.log(800 / 700);
    const step = Math.log(1.16); // HF' = (1 - 0.5 x 1.05 x 0.8) / 0.5 = 1.16; 14.8 % in log terms
    expect(step).toBeCloseTo(0.1484, 4);
    expect(distances(units.down)).toEqual(
      [0, 1, 2, 3].map((tranche) => expect.closeTo(first + tranche * step, 9)),
    );
    expect(usd(units.down)).toEqual(
      [367.5, 183.75, 91.875, 91.875].map((value) => expect.closeTo(value, 9)),
    );
    expect(total(units.down)).toBeCloseTo(700 * 1.05, 9);
  });

  it('that does not heal (the toxic case) comes at one distance, capped by the collateral', () => {
    const toxic = makePosition([['ETH', 1000, 0.97]], [['USDC', 960]], {
      closeFactor: 0.5,
      bonus: 0.06,
    });
    const { units } = unitsOf([toxic], 'ETH');
    // HF' = (1 - 0.5 x 1.06 x 0.97) / 0.5 = 0.9718
    const distance = Math.log(970 / 960);
    for (const value of units.down.distances) expect(value).toBeCloseTo(distance, 9);
    // 960 x 1.06 = 1,017.6, but the collateral is worth 1000 x 960 / 970 there.
    expect(total(units.down)).toBeCloseTo(1000 * (960 / 970), 6);
  });

  it('of a short follows the debt upwards in the same steps', () => {
    const short = makePosition([['USDC', 1000, 0.8]], [['BTC', 640]], {
      closeFactor: 0.5,
      bonus: 0.05,
    });
    const { units } = unitsOf([short], 'BTC');
    const steps = [0, 1, 2, 3].map((tranche) => Math.log(1.25) + tranche * Math.log(1.16));
    expect(distances(units.up)).toEqual(steps.map((step) => expect.closeTo(step, 9)));
    // Half of 640, 320, 160 and all of 80, each dearer by its own distance.
    expect(usd(units.up)).toEqual(
      [320, 160, 80, 80].map((now, i) => expect.closeTo(now * Math.exp(steps[i] ?? 0), 6)),
    );
  });

  it('ends where the rest would tip only the other way', () => {
    const mixed = makePosition(
      [
        ['WSTETH', 1000, 0.9],
        ['LINK', 120, 0.5],
      ],
      [
        ['WETH', 460],
        ['USDC', 450],
      ],
      { closeFactor: 0.5, bonus: 0.05 },
    );
    const { units } = unitsOf([mixed], 'ETH');
    // y = (450 - 60) / (900 - 460); debt there 857.73, half of it repaid in USDC, 5 % on top.
    const y = 390 / 440;
    expect(distances(units.down)).toEqual([expect.closeTo(-Math.log(y), 9)]);
    expect(usd(units.down)).toEqual([expect.closeTo(0.5 * (460 * y + 450) * 1.05, 9)]);
    expect(units.up.usd).toHaveLength(0);
  });

  it('stops when repaying one debt leaves nothing the asset could still trigger', () => {
    const mixed = makePosition(
      [
        ['ETH', 1000, 0.8],
        ['BTC', 500, 0.8],
      ],
      [['USDC', 700]],
      { closeFactor: 0.5, bonus: 0.05 },
    );
    // BTC alone covers 400; after the first half (350) is repaid, ETH no longer matters.
    const { units } = unitsOf([mixed], 'ETH');
    // y = (700 - 400) / 800 = 0.375: beyond ln 2, so from a lower ETH price: 50 % down, y = 0.75.
    expect(units.down.usd).toHaveLength(0);
    const nearer = unitsOf([mixed], 'ETH', { ETH: 1000 }).units;
    expect(distances(nearer.down)).toEqual([expect.closeTo(-Math.log(0.75), 9)]);
    // Seizes 350 x 1.05 = 367.5 of the ETH, worth 500 x 0.75 = 375 there.
    expect(usd(nearer.down)).toEqual([expect.closeTo(367.5, 9)]);
  });
});

describe('several assets', () => {
  it('a staking loop does not depend on the price of its coin, healthy or not', () => {
    const loop = makePosition([['WSTETH', 360_000, 0.95]], [['WETH', 330_000]]);
    const sick = makePosition([['WSTETH', 360_000, 0.9]], [['WETH', 330_000]]);
    expect(unitsOf([loop, sick], 'ETH')).toMatchObject({ positions: 0, exposedUsd: 0 });
  });

  it('a loop with a little dollar debt sells only what its own repayment does not buy back', () => {
    const loop = makePosition(
      [['WSTETH', 1000, 0.9]],
      [
        ['WETH', 880],
        ['USDC', 15],
      ],
      {
        bonus: 0.01,
      },
    );
    const { units } = unitsOf([loop], 'ETH');
    // y = 15 / (900 - 880) = 0.75. Repays 880 x 0.75 + 15 = 675, seizes 681.75, buys 660 back.
    expect(distances(units.down)).toEqual([expect.closeTo(-Math.log(0.75), 9)]);
    expect(usd(units.down)).toEqual([expect.closeTo(21.75, 6)]);
  });

  it('a loop that rising prices tip buys only what its seized coins do not supply', () => {
    const loop = makePosition(
      [
        ['WSTETH', 1000, 0.8],
        ['USDC', 100, 0.9],
      ],
      [['WETH', 850]],
      { bonus: 0.01 },
    );
    const { units } = unitsOf([loop], 'ETH');
    // y = -90 / -50 = 1.8. Repays 1,530; of the 1,545.30 seized 100 are dollars.
    expect(distances(units.up)).toEqual([expect.closeTo(Math.log(1.8), 9)]);
    expect(usd(units.up)).toEqual([expect.closeTo(1530 - 1445.3, 6)]);
  });

  it('a volatile debt is bought back: a short in the profile of the debt asset', () => {
    const short = makePosition([['USDC', 1000, 0.8]], [['BTC', 640]], { bonus: 0.05 });
    const { units, exposedUsd } = unitsOf([short], 'BTC');
    // y = (0 - 800) / (0 - 640) = 1.25; the debt is worth 640 x 1.25 = 800 there.
    expect(distances(units.up)).toEqual([expect.closeTo(Math.log(1.25), 12)]);
    expect(usd(units.up)).toEqual([expect.closeTo(800, 9)]);
    expect(units.down.usd).toHaveLength(0);
    expect(exposedUsd).toBe(640);
  });

  it('a coin against another coin is a long of one and a short of the other', () => {
    const pair = makePosition([['ETH', 1000, 0.8]], [['BTC', 640]]);
    expect(distances(unitsOf([pair], 'ETH').units.down)).toEqual([
      expect.closeTo(Math.log(800 / 640), 12),
    ]);
    expect(distances(unitsOf([pair], 'BTC').units.up)).toEqual([
      expect.closeTo(Math.log(800 / 640), 12),
    ]);
    // BTC up 10 % since it was valued brings the ETH trigger nearer.
    expect(distances(unitsOf([pair], 'ETH', { BTC: 55_000 }).units.down)).toEqual([
      expect.closeTo(Math.log(800 / 704), 12),
    ]);
  });

  it('other collateral counts towards the debt with its own threshold', () => {
    const multi = makePosition(
      [
        ['ETH', 1000, 0.8],
        ['LINK', 500, 0.6],
      ],
      [['USDC', 900]],
    );
    // y = (900 - 300) / 800
    expect(distances(unitsOf([multi], 'ETH').units.down)).toEqual([
      expect.closeTo(-Math.log(0.75), 12),
    ]);
    // At y = 0.75 the ETH is worth 750: all of it is sold, the rest of the 900 comes from LINK.
    expect(usd(unitsOf([multi], 'ETH').units.down)).toEqual([expect.closeTo(750, 9)]);
  });

  it('an asset that cannot tip the position by itself has no trigger', () => {
    const multi = makePosition(
      [
        ['ETH', 1000, 0.8],
        ['LINK', 100, 0.6],
      ],
      [['USDC', 700]],
    );
    expect(unitsOf([multi], 'LINK').units.down.usd).toHaveLength(0);
  });

  it('a position already below health 1 at every price of its debt asset is bought back at once', () => {
    const sick = makePosition(
      [['LINK', 100, 0.8]],
      [
        ['BTC', 90],
        ['USDC', 85],
      ],
    );
    const { units } = unitsOf([sick], 'BTC');
    expect(distances(units.up)).toEqual([0]);
    expect(usd(units.up)).toEqual([expect.closeTo(90, 9)]);
  });
});

it('exposure is given by the source that read it', () => {
  const { exposedBySourceUsd } = unitsOf(
    [
      makePosition([['ETH', 100, 0.8]], [['USDC', 70]], { source: 'aave-v3' }),
      makePosition([['ETH', 200, 0.8]], [['USDC', 150]], { source: 'morpho-blue' }),
      makePosition([['ETH', 300, 0.8]], [['USDC', 200]], { source: 'morpho-blue' }),
    ],
    'ETH',
  );
  expect([...exposedBySourceUsd]).toEqual([
    ['aave-v3', 100],
    ['morpho-blue', 500],
  ]);
});

it('keeps every unit of many positions', () => {
  const shorts = Array.from({ length: 100 }, (_, i) =>
    makePosition([['USDC', 1000, 0.8]], [['BTC', 500 + i]]),
  );
  const { units, positions } = unitsOf(shorts, 'BTC');
  expect(positions).toBe(100);
  expect(usd(units.up)).toEqual(shorts.map(() => expect.closeTo(800, 9)));
  expect(distances(units.up)).toEqual(
    shorts.map((_, i) => expect.closeTo(Math.log(800 / (500 + i)), 12)),
  );
});

it('an asset that is not in the book has no units', () => {
  expect(unitsOf([], 'ETH')).toMatchObject({ positions: 0, exposedUsd: 0 });
});
