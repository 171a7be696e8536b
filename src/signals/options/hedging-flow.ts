import type { OptionsObservation } from '../model/observations.ts';
import type { TriggerUnits } from '../model/profile.ts';

type OpenGamma = Pick<OptionsObservation, 'callGammaUsdPer1Pct' | 'putGammaUsdPer1Pct'>;

/** Share of the open options dealers have bought, 0-1; they have sold the rest. */
export interface DealerPosition {
  longShareOfCalls: number;
  longShareOfPuts: number;
}

/** The two ends between which the unknown position of dealers is taken to lie, in either order. */
export type DealerBand = readonly [DealerPosition, DealerPosition];

/**
 * Who is long what is not published in crypto. One end: everybody but dealers bought, so that
 * hedging goes with the move. The other: the usual assumption that customers sell calls on what
 * they hold and buy puts, so that dealers are long every call and short every put. (Where customers
 * buy calls as well, which they often do, the truth lies nearer to the first end.)
 */
export const DEFAULT_DEALER_BAND: DealerBand = [
  { longShareOfCalls: 0, longShareOfPuts: 0 },
  { longShareOfCalls: 1, longShareOfPuts: 0 },
];

/**
 * Dealers' gamma in USD of delta per unit of log price. Negative: they sell into a fall and buy
 * into a rise.
 */
export interface GammaBand {
  lowUsdPerLog: number;
  highUsdPerLog: number;
}

const PERCENTS_PER_LOG_UNIT = 100;

/** Band of the dealers' gamma; a position with a long share s is long 2s - 1 of what is open. */
export function dealerGammaBand(
  open: OpenGamma,
  band: DealerBand = DEFAULT_DEALER_BAND,
): GammaBand {
  const [one, other] = band.map((position) => dealerGammaUsdPerLog(open, position));
  if (one === undefined || other === undefined) throw new RangeError('a band has two ends');
  return { lowUsdPerLog: Math.min(one, other), highUsdPerLog: Math.max(one, other) };
}

function dealerGammaUsdPerLog(open: OpenGamma, position: DealerPosition): number {
  const calls = (2 * position.longShareOfCalls - 1) * open.callGammaUsdPer1Pct;
  const puts = (2 * position.longShareOfPuts - 1) * open.putGammaUsdPer1Pct;
  return (calls + puts) * PERCENTS_PER_LOG_UNIT;
}

export interface HedgingReach {
  /** Log distance at which the flow has faded to nothing, > 0. */
  reachLog: number;
  /** Units the flow is cut into, >= 1. */
  bins: number;
}

/** Steps of a quarter of a per cent, out to a tenth. */
const DEFAULT_REACH: HedgingReach = { reachLog: 0.1, bins: 40 };

/**
 * What dealers are forced to trade while the price moves away, as trigger units in USD by log
 * distance: sales on the way down and, since gamma has no direction, the same purchases on the way
 * up. Each bin has max(0, -low) x its width (no credit for long gamma: it may not be there), placed
 * at its middle, so that no flow waits at distance 0.
 *
 * Gamma is a figure of the present price. It moves on with the price as other strikes come near,
 * and nothing in the observation says by how much; so it counts in full at the present price and
 * fades in a straight line to nothing at `reachLog`. The whole flow is then half of what gamma held
 * constant over that reach would force. Empty where there is no short gamma.
 */
export function hedgingFlow(band: GammaBand, reach: HedgingReach = DEFAULT_REACH): TriggerUnits {
  const shortUsdPerLog = Math.max(0, -band.lowUsdPerLog);
  const { bins, reachLog } = reach;
  if (shortUsdPerLog === 0) return { distances: new Float64Array(0), usd: new Float64Array(0) };
  const width = reachLog / bins;
  const distances = Float64Array.from({ length: bins }, (_, bin) => (bin + 0.5) * width);
  return {
    distances,
    usd: distances.map((distance) => shortUsdPerLog * width * (1 - distance / reachLog)),
  };
}
