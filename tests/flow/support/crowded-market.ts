import { type MarketServer, startMarket } from '../../../demo/market/server.ts';
import { cascade } from '../../../demo/scenarios/cascade.ts';
import { MINUTE_MS, type Scenario } from '../../../demo/scenarios/scenario.ts';

/** The top of the build-up: longs are crowded into ETH, books are thin, the news has not come. */
const TOP_MS = 150 * MINUTE_MS;

/** The cascade story up to its top, where it stays: nothing else happens by itself. */
export const crowded: Scenario = {
  name: 'crowded',
  summary: 'ETH is full of leveraged longs, and stays so',
  forcing: (asset, elapsedMs) => cascade.forcing(asset, Math.min(TOP_MS, elapsedMs + TOP_MS)),
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
