/** What is known of a live instrument when its cycle is planned. */
export interface InterestCandidate {
  symbol: string;
  /** Open interest as last read; where it never was, the volume of 24 h. */
  sizeUsd: number;
  markPrice: number;
  /** 0 when unknown. */
  volume24hUsd: number;
}

/** An instrument as it was when it was last asked for, whether it answered or not. */
export interface LastAsked {
  cycle: number;
  markPrice: number;
  volume24hUsd: number;
}

export interface InterestPlanSettings {
  /** Asked in every cycle: the largest. */
  largest: number;
  /** At most so many more that moved most since they were last asked. */
  movers: number;
  /** Every instrument is asked at least once in so many cycles. */
  everyCycles: number;
  /** No cycle asks more, whatever is due. */
  callsAtMost: number;
}

/**
 * Of about 800 perpetuals a quiet cycle asks 150 + 65; a restart asks 450, 450 and what is left.
 * How much open interest the largest 150 hold was not measured: most of it, by all appearances.
 */
export const INTEREST_PLAN: InterestPlanSettings = {
  largest: 150,
  movers: 60,
  everyCycles: 10,
  callsAtMost: 450,
};

/** Before every cycle there is. */
const NEVER = -1e9;

/** What counts as having moved: so much of the price, or so much of the volume of 24 h. */
const PRICE_STEP_FRACTION = 0.01;
const VOLUME_STEP_FRACTION = 0.1;

/**
 * The symbols to ask in this cycle, most wanted first: the largest; those due (never asked yet, or
 * not for `everyCycles`) and an even share of the rest, the longest waiting first; then those that
 * moved. Pure; `last` is by symbol and `cycle` counts up by one.
 */
export function planInterest(
  candidates: readonly InterestCandidate[],
  last: ReadonlyMap<string, LastAsked>,
  cycle: number,
  settings: InterestPlanSettings = INTEREST_PLAN,
): string[] {
  const { callsAtMost, everyCycles } = settings;
  const bySize = candidates.toSorted((a, b) => b.sizeUsd - a.sizeUsd);
  const largest = bySize.slice(0, settings.largest);
  const rest = bySize.slice(settings.largest);
  const askedIn = ({ symbol }: InterestCandidate) => last.get(symbol)?.cycle ?? NEVER;
  // The sort is stable: of those waiting equally long the larger come first.
  const longestFirst = rest.toSorted((a, b) => askedIn(a) - askedIn(b));
  const due = rest.filter((one) => cycle - askedIn(one) >= everyCycles).length;
  const share = Math.ceil(rest.length / everyCycles);
  const turn = longestFirst.slice(0, Math.max(due, share));
  const moved = longestFirst
    .slice(turn.length)
    .map((one) => ({ symbol: one.symbol, move: moveOf(one, last.get(one.symbol)) }))
    .filter(({ move }) => move >= 1)
    .sort((a, b) => b.move - a.move)
    .slice(0, settings.movers);
  return [...largest, ...turn, ...moved].slice(0, callsAtMost).map(({ symbol }) => symbol);
}

/** In steps: 1 is the least that counts. */
function moveOf(now: InterestCandidate, before: LastAsked | undefined): number {
  if (before === undefined) return 0;
  const price = Math.abs(now.markPrice / before.markPrice - 1) / PRICE_STEP_FRACTION;
  const known = now.volume24hUsd > 0 && before.volume24hUsd > 0;
  const volume = known ? Math.abs(now.volume24hUsd / before.volume24hUsd - 1) : 0;
  return Math.max(price, volume / VOLUME_STEP_FRACTION);
}
