import type { MarketServer } from './market/server.ts';

/** While the program reads its history, simulated seconds per real second. */
const GATHERING = 30;
/** Readings that are not whole may have to do, after so many. */
const GATHERED_AFTER = 4;
/** Below this the story would take too long to watch, simulated seconds per real second. */
const SLOWEST = 150;
const STROLLING = 60;
const SLOWER = 0.7;
const FASTER = 1.25;
/** Evaluations with everything fresh before time runs faster again. */
const FULL_BEFORE_FASTER = 8;

export interface Pacer {
  /** Coverage of the least covered watched reading at each evaluation, 0-1. */
  evaluated(coverageFraction: number): void;
  /** The story is over: a pace at which people can ask about what they see. */
  stroll(): void;
}

/**
 * Keeps simulated time at a pace this machine can follow: slow until the first whole readings are there,
 * then `fastest`; when figures arrive late in simulated time only because the computer is busy, time
 * slows down instead of the story being about outages.
 */
export function createPacer(market: Pick<MarketServer, 'control'>, fastest: number): Pacer {
  let speed = Number.NaN;
  let begun = false;
  let strolling = false;
  let seen = 0;
  let full = 0;
  function set(next: number): void {
    const bounded = Math.min(fastest, Math.max(Math.min(SLOWEST, fastest), next));
    if (bounded === speed) return;
    speed = bounded;
    market.control({ speed });
  }
  market.control({ speed: Math.min(GATHERING, fastest) });
  return {
    stroll() {
      strolling = true;
      market.control({ speed: Math.min(STROLLING, fastest) });
    },
    evaluated(coverageFraction) {
      if (strolling) return;
      full = coverageFraction >= 1 ? full + 1 : 0;
      seen += 1;
      if (!begun) {
        begun = full > 0 || seen === GATHERED_AFTER;
        if (begun) set(fastest);
      } else if (full === 0) {
        set(speed * SLOWER);
      } else if (full >= FULL_BEFORE_FASTER) {
        full = 0;
        set(speed * FASTER);
      }
    },
  };
}
