import type { LeverageTier } from './settings.ts';

/**
 * Log distance from entry to the liquidation price of an isolated linear long (negative):
 * equity equals maintenance at p = entry (1 - 1/leverage) / (1 - maintenance).
 */
export function longTriggerOffsetLog(tier: LeverageTier): number {
  return Math.log((1 - 1 / tier.leverage) / (1 - tier.maintenanceFraction));
}

/** The same for a short (positive): p = entry (1 + 1/leverage) / (1 + maintenance). */
export function shortTriggerOffsetLog(tier: LeverageTier): number {
  return Math.log((1 + 1 / tier.leverage) / (1 + tier.maintenanceFraction));
}
