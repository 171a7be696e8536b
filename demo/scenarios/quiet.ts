import { CALM, HOUR_MS, type Scenario } from './scenario.ts';

/** An average day: nothing happens. */
export const quiet: Scenario = {
  name: 'quiet',
  summary: 'an average day; nothing happens',
  forcing: () => CALM,
  shocks: [],
  lengthMs: 24 * HOUR_MS,
};
