import { buildUpForcing, type Role, STORY } from './build-up.ts';
import type { PlannedShock, Scenario } from './scenario.ts';

const CENTRE: Role = {
  preludeAppetite: 0.12,
  extraAppetite: 2.2,
  driftPerHour: 0.002,
  slipPerHour: 0.005,
  depthLoss: 0.55,
  loopingUsdPerHour: 5e8,
};
const FOLLOWER: Role = {
  preludeAppetite: 0.06,
  extraAppetite: 0.25,
  driftPerHour: 0.001,
  slipPerHour: 0.005,
  depthLoss: 0.25,
  loopingUsdPerHour: 1e7,
};
const BYSTANDER: Role = {
  preludeAppetite: 0.04,
  extraAppetite: 0.1,
  driftPerHour: 0.001,
  slipPerHour: 0.008,
  depthLoss: 0.2,
  loopingUsdPerHour: 0,
};
const ROLES: Readonly<Record<string, Role>> = { ETH: CENTRE, BTC: FOLLOWER };

function shock(asset: string, fraction: number): PlannedShock {
  return {
    asset,
    afterMs: STORY.shockAtMs,
    durationMs: STORY.shockLengthMs,
    fraction,
    side: 'down',
  };
}

/**
 * Longs pile into ETH on three venues and borrow against it on Morpho; the books thin; then news
 * comes and the market falls, ETH hardest.
 */
export const cascade: Scenario = {
  name: 'cascade',
  summary: 'leverage builds in ETH for two hours, news comes, longs are liquidated in minutes',
  forcing: (asset, elapsedMs) => buildUpForcing(ROLES[asset] ?? BYSTANDER, 'long', elapsedMs),
  shocks: [
    shock('ETH', 0.038),
    shock('BTC', 0.022),
    shock('SOL', 0.03),
    shock('XRP', 0.026),
    shock('DOGE', 0.03),
    shock('LINK', 0.03),
    shock('AVAX', 0.03),
    shock('PEPE', 0.035),
  ],
  lengthMs: STORY.lengthMs,
};
