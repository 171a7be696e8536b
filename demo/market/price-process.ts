import { ASSETS, type AssetSpec } from './catalogue.ts';
import { createRandom, type RandomStream } from './random.ts';

const DAY_MS = 86_400_000;
/** Days in which half of a departure from the base price is undone by voluntary traders. */
const REVERSION_HALF_LIFE_DAYS = 12;
/** Volatility wanders around its average with this deviation (of the logarithm) and memory. */
const REGIME_SIGMA = 0.22;
const REGIME_MEMORY_DAYS = 2;

/** The undisturbed log price of each asset: what voluntary traders would make of it. */
export interface PriceProcess {
  /** One step of noise and mean reversion; `volatilityFactor` 1 on an average day. */
  step(dtMs: number, volatilityFactor: (asset: string) => number): void;
  logPrice(asset: string): number;
  /** Moves it for good: drift, shocks, the lasting part of forced sales. */
  shift(asset: string, logMove: number): void;
  /** The present volatility over the average one. */
  regime(): number;
}

interface Walk {
  spec: AssetSpec;
  random: RandomStream;
  logPrice: number;
  ownDailyVolatility: number;
}

/** Average share of an asset's variance that comes from the whole market moving. */
const MARKET_DAILY_VOLATILITY = 0.019;

export function createPriceProcess(seed: number): PriceProcess {
  const market = createRandom(seed, 'price:market');
  let regimeLog = 0;
  const walks = new Map<string, Walk>(
    ASSETS.map((spec) => [
      spec.asset,
      {
        spec,
        random: createRandom(seed, `price:${spec.asset}`),
        logPrice: Math.log(spec.basePriceUsd),
        ownDailyVolatility: Math.sqrt(
          Math.max(
            0.2 * spec.dailyVolatility ** 2,
            spec.dailyVolatility ** 2 - (spec.beta * MARKET_DAILY_VOLATILITY) ** 2,
          ),
        ),
      },
    ]),
  );

  function walkOf(asset: string): Walk {
    const walk = walks.get(asset);
    if (walk === undefined) throw new RangeError(`no such asset: ${asset}`);
    return walk;
  }

  function step(dtMs: number, volatilityFactor: (asset: string) => number): void {
    const days = dtMs / DAY_MS;
    const keep = Math.exp(-days / REGIME_MEMORY_DAYS);
    regimeLog = regimeLog * keep + REGIME_SIGMA * Math.sqrt(1 - keep * keep) * market.gaussian();
    const regime = Math.exp(regimeLog);
    const marketMove = MARKET_DAILY_VOLATILITY * Math.sqrt(days) * market.gaussian();
    const reversion = 1 - 2 ** (-days / REVERSION_HALF_LIFE_DAYS);
    for (const walk of walks.values()) {
      const own = walk.ownDailyVolatility * Math.sqrt(days) * walk.random.gaussian();
      const noise = (walk.spec.beta * marketMove + own) * regime;
      walk.logPrice +=
        noise * volatilityFactor(walk.spec.asset) +
        reversion * (Math.log(walk.spec.basePriceUsd) - walk.logPrice);
    }
  }

  return {
    step,
    logPrice: (asset) => walkOf(asset).logPrice,
    shift: (asset, logMove) => {
      walkOf(asset).logPrice += logMove;
    },
    regime: () => Math.exp(regimeLog),
  };
}
