import { type MarketServer, startMarket } from '../../../demo/market/server.ts';
import { STORY } from '../../../demo/scenarios/build-up.ts';
import { cascade } from '../../../demo/scenarios/cascade.ts';
import type { Scenario } from '../../../demo/scenarios/scenario.ts';

/** Just before the news: longs are crowded into ETH, books are thin. */
const TOP_MS = STORY.shockAtMs - 1;

/** The cascade story up to there, where it stays: no news comes, and the price has no direction. */
export const crowded: Scenario = {
  name: 'crowded',
  summary: 'ETH is full of leveraged longs, and stays so',
  forcing(asset, elapsedMs) {
    if (elapsedMs < 0) return cascade.forcing(asset, elapsedMs + TOP_MS);
    return { ...cascade.forcing(asset, TOP_MS), driftPerHour: 0 };
  },
  shocks: [],
  lengthMs: cascade.lengthMs,
};

/** `speed`: market ms per real ms. */
export function startCrowdedMarket(speed: number): Promise<MarketServer> {
  return startMarket({
    port: 0,
    speed,
    scenario: crowded,
    seed: 1,
    startAt: Date.UTC(2026, 10, 24, 12),
  });
}
