/** What a scenario makes the crowd and the makers do at one moment. */
export interface Forcing {
  /** Multiplies the long (short) positions the crowd wants to hold; 1 on an average day. */
  longAppetite: number;
  shortAppetite: number;
  /** 0: the usual leverage of new positions; 1: clearly more of the highest. */
  leverageTilt: number;
  /** Log price per hour that voluntary traders add. */
  driftPerHour: number;
  /** Multiplies resting orders. */
  depthFactor: number;
  /** Multiplies the noise of voluntary traders. */
  volatilityFactor: number;
  /** New loans close to their threshold against this asset, USD of debt an hour. */
  loopingUsdPerHour: number;
}

/** A move from outside. */
export interface PlannedShock {
  asset: string;
  /** After the start of the story. */
  afterMs: number;
  durationMs: number;
  /** Down: the price falls by this fraction of itself; up: it rises by it. Always positive. */
  fraction: number;
  side: 'down' | 'up';
}

export interface Scenario {
  name: string;
  summary: string;
  /** `elapsedMs` since the start of the story; negative in the days before it. */
  forcing(asset: string, elapsedMs: number): Forcing;
  shocks: readonly PlannedShock[];
  /** After this the story is told. */
  lengthMs: number;
}

export const CALM: Forcing = {
  longAppetite: 1,
  shortAppetite: 1,
  leverageTilt: 0,
  driftPerHour: 0,
  depthFactor: 1,
  volatilityFactor: 1,
  loopingUsdPerHour: 0,
};

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** 0 before `fromMs`, 1 after `toMs`, straight in between. */
export function ramp(elapsedMs: number, fromMs: number, toMs: number): number {
  return Math.min(1, Math.max(0, (elapsedMs - fromMs) / (toMs - fromMs)));
}
