import { describe, expect, it } from 'vitest';
import type { AssetTruth, Truth } from '../../../demo/market/truth.ts';
import { buildReport, findEpisode, type Told, type ToldNotice } from '../../../demo/report.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const MINUTE_MS = 60_000;
const SHOCK_AT = 100 * MINUTE_MS;

/** Price 100, shock of 5 % at minute 100; forced sales of 1e9 open interest by minute. */
function assetTruth(forcedByMinute: Readonly<Record<number, number>>): AssetTruth {
  return {
    asset: 'ETH',
    priceUsd: 95,
    openInterestUsd: 1e9,
    positions: [],
    liquidations: [],
    minutes: Array.from({ length: 200 }, (_, minute) => ({
      at: minute * MINUTE_MS,
      closeUsd: 100,
      highUsd: 100,
      lowUsd: minute === 103 ? 90 : minute === 150 ? 80 : 99,
      forcedSellUsd: forcedByMinute[minute] ?? 0,
      forcedBuyUsd: 7,
    })),
    shocks: [
      {
        side: 'down',
        startAt: SHOCK_AT,
        endAt: SHOCK_AT + MINUTE_MS,
        fraction: 0.05,
        priceBeforeUsd: 100,
        openInterestBeforeUsd: 1e9,
      },
    ],
  };
}

function truthOf(asset: AssetTruth): Truth {
  return { seed: 1, scenario: 'x', startAt: 0, at: 200 * MINUTE_MS, stepMs: 1, assets: [asset] };
}

const CASCADE = assetTruth({ 50: 9e7, 101: 0.5e6, 102: 2e7, 104: 3e7, 160: 8e7 });

function told(notices: readonly ToldNotice[]): Told {
  const reading = (at: number, priceUsd: number) => makeReading({ at, priceUsd });
  return {
    assets: [
      {
        asset: 'ETH',
        notices,
        readings: [reading(SHOCK_AT - 5, 1), reading(SHOCK_AT, 2), reading(SHOCK_AT + 1, 3)],
      },
    ],
    messages: { decided: 3, sent: 2, refused: 1, expired: 0, superseded: 0, lost: 0 },
    durationMs: 42,
    predict: (entry, side, fraction) => ({
      forcedUsd: side === 'down' ? entry.priceUsd * 1e6 : 0,
      endFraction: fraction * 2,
    }),
  };
}

describe('an episode', () => {
  it('starts with the first minute above 0.1 % of open interest and ends with calm', () => {
    const episode = findEpisode(CASCADE);
    expect(episode?.cascadeStartAt).toBe(102 * MINUTE_MS);
    expect(episode?.cascadeEndAt).toBe(105 * MINUTE_MS);
    // Minute 101 counts although it did not start the cascade; 50 and 160 are other stories.
    expect(episode?.forcedUsd).toBe(5.05e7);
    expect(episode?.endFraction).toBeCloseTo(0.1, 12);
    expect(episode?.amplification).toBeCloseTo(Math.log(0.9) / Math.log(0.95), 12);
  });

  it('without forced orders has no cascade but an end point', () => {
    const episode = findEpisode(assetTruth({}));
    expect(episode).not.toHaveProperty('cascadeStartAt');
    expect(episode?.endFraction).toBeCloseTo(0.1, 12);
  });

  it('is absent without a shock', () => {
    expect(findEpisode({ ...CASCADE, shocks: [] })).toBeUndefined();
  });
});

describe('the report', () => {
  const notice = (kind: ToldNotice['kind'], minute: number, side: 'down' | 'up' = 'down') => ({
    kind,
    side,
    level: 'high' as const,
    at: minute * MINUTE_MS,
  });

  it('compares what was said with what came', () => {
    const notices = [
      notice('raise', 10, 'up'),
      notice('raise', 60),
      notice('escalate', 80),
      notice('all-clear', 90),
      notice('all-clear', 180),
    ];
    expect(buildReport(truthOf(CASCADE), told(notices))).toEqual({
      assets: [
        {
          asset: 'ETH',
          firstWarningAt: 60 * MINUTE_MS,
          cascadeStartAt: 102 * MINUTE_MS,
          leadMs: 42 * MINUTE_MS,
          // The last reading at or before the shock.
          predictedForcedUsd: 2e6,
          trueForcedUsd: 5.05e7,
          predictedEndFraction: 0.1,
          trueEndFraction: expect.closeTo(0.1, 12),
          clearedAt: 180 * MINUTE_MS,
        },
      ],
      messages: { decided: 3, sent: 2, refused: 1, expired: 0, superseded: 0, lost: 0 },
      durationMs: 42,
    });
  });

  it('says null for what never happened', () => {
    const [asset] = buildReport(truthOf({ ...CASCADE, shocks: [] }), told([])).assets;
    expect(asset).toEqual({
      asset: 'ETH',
      firstWarningAt: null,
      cascadeStartAt: null,
      leadMs: null,
      predictedForcedUsd: null,
      trueForcedUsd: null,
      predictedEndFraction: null,
      trueEndFraction: null,
      clearedAt: null,
    });
  });
});
