import type { MarketServer } from './market/server.ts';

/** Below this the story would take too long to watch, simulated seconds per real second. */
const SLOWEST = 30;
const SLOWER = 0.7;
const FASTER = 1.25;
/** Evaluations with everything fresh before time runs faster again. */
const FULL_BEFORE_FASTER = 8;

export interface Pacer {
  /** Coverage of the hero's reading at each evaluation, 0-1. */
  evaluated(coverageFraction: number): void;
}

/**
 * Keeps simulated time at a pace this machine can follow: when figures arrive late in simulated time
 * only because the computer is busy, time slows down instead of the story being about outages.
 */
export function createPacer(market: Pick<MarketServer, 'control'>, fastest: number): Pacer {
  let speed = fastest;
  let full = 0;
  function set(next: number): void {
    const bounded = Math.min(fastest, Math.max(Math.min(SLOWEST, fastest), next));
    if (bounded === speed) return;
    speed = bounded;
    market.control({ speed });
  }
  return {
    evaluated(coverageFraction) {
      full = coverageFraction >= 1 ? full + 1 : 0;
      if (full === 0) set(speed * SLOWER);
      else if (full >= FULL_BEFORE_FASTER) {
        full = 0;
        set(speed * FASTER);
      }
    },
  };
}
