import { buildUpForcing, type Role, STORY } from './build-up.ts';
import type { Scenario } from './scenario.ts';

const CENTRE: Role = {
  preludeAppetite: 1,
  extraAppetite: 3,
  driftPerHour: 0.002,
  slipPerHour: 0.01,
  depthLoss: 0.6,
  loopingUsdPerHour: 0,
};
const BYSTANDER: Role = {
  preludeAppetite: 0.04,
  extraAppetite: 0.1,
  driftPerHour: 0.003,
  slipPerHour: 0.004,
  depthLoss: 0.15,
  loopingUsdPerHour: 0,
};

/** The mirror image: shorts pile in while SOL slides, then are bought out of the market. */
export const shorts: Scenario = {
  name: 'shorts',
  summary: 'shorts build in SOL for two hours, then are squeezed upwards',
  forcing: (asset, elapsedMs) =>
    buildUpForcing(asset === 'SOL' ? CENTRE : BYSTANDER, 'short', elapsedMs),
  shocks: [
    {
      asset: 'SOL',
      afterMs: STORY.shockAtMs,
      durationMs: STORY.shockLengthMs,
      fraction: 0.045,
      side: 'up',
    },
  ],
  lengthMs: STORY.lengthMs,
};
