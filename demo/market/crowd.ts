import type { Forcing } from '../scenarios/scenario.ts';
import type { ContractSpec } from './catalogue.ts';
import { maintenanceFraction, triggerPrice } from './liquidation.ts';
import { openPosition, type PositionBook } from './position-book.ts';
import type { RandomStream } from './random.ts';

const HOUR_MS = 3_600_000;

/**
 * Kinds of traders: how much of the standing positions they hold, and how long they stay. Shorter
 * with more leverage; shorts use less of it (many are hedges of coins held elsewhere). Leverage is
 * the effective one, with all margin an account keeps behind the position: far below what the venue
 * would allow for most of the money.
 */
const KINDS = [
  { leverage: 1.8, longShare: 0.28, shortShare: 0.38, stayHours: 240 },
  { leverage: 3, longShare: 0.25, shortShare: 0.26, stayHours: 200 },
  { leverage: 5, longShare: 0.21, shortShare: 0.18, stayHours: 110 },
  { leverage: 10, longShare: 0.14, shortShare: 0.1, stayHours: 44 },
  { leverage: 20, longShare: 0.075, shortShare: 0.05, stayHours: 20 },
  { leverage: 50, longShare: 0.035, shortShare: 0.025, stayHours: 8 },
  { leverage: 100, longShare: 0.01, shortShare: 0.005, stayHours: 3 },
] as const;

/** Share of the open interest that wants to be long (short) with leverage; the rest is hedged. */
export const LONG_SHARE = 0.47;
export const SHORT_SHARE = 0.31;
/** The wish can change quickly, the positions follow by at most this share of it an hour. */
const OPENING_SHARE_PER_HOUR = 0.9;
const MOOD_SIGMA = 0.06;
const MOOD_MEMORY_HOURS = 14;

/** One side of the crowd of one contract. */
export interface CrowdSide {
  side: 'long' | 'short';
  /** Contract units held on an average day. */
  usualSize: number;
  /** Slow wandering of the wish, logarithm. */
  mood: number;
  /** Contract units it may open now. */
  budget: number;
  /** Size of the next group that opens. */
  nextSize: number;
}

export function createCrowdSide(
  side: 'long' | 'short',
  contract: ContractSpec,
  random: RandomStream,
): CrowdSide {
  const share = side === 'long' ? LONG_SHARE : SHORT_SHARE;
  const unitUsd = contract.inverse ? 1 : contract.asset.basePriceUsd;
  const crowd: CrowdSide = {
    side,
    usualSize: (contract.size.openInterestUsd * share) / unitUsd,
    mood: MOOD_SIGMA * random.gaussian(),
    budget: 0,
    nextSize: 0,
  };
  crowd.nextSize = drawSize(crowd, contract, random);
  return crowd;
}

function drawSize(crowd: CrowdSide, contract: ContractSpec, random: RandomStream): number {
  return random.logNormal(crowd.usualSize / contract.asset.crowd, 0.8);
}

function drawLeverage(
  crowd: CrowdSide,
  tilt: number,
  maxLeverage: number,
  random: RandomStream,
): { leverage: number; stayMs: number } {
  const weights = KINDS.map((kind) => {
    const standing = crowd.side === 'long' ? kind.longShare : kind.shortShare;
    // Standing = opening x stay; the exponent below 1 keeps day traders from being all that opens.
    return (standing / kind.stayHours ** 0.55) * (kind.leverage / 10) ** (0.2 * tilt);
  });
  const kind = KINDS[random.pick(weights)] ?? KINDS[2];
  return {
    leverage: Math.min(maxLeverage, kind.leverage * (0.8 + 0.4 * random.uniform())),
    stayMs: random.exponential(kind.stayHours * HOUR_MS),
  };
}

function isPassed(side: 'long' | 'short', triggerPriceUsd: number, priceUsd: number): boolean {
  return side === 'long' ? priceUsd <= triggerPriceUsd : priceUsd >= triggerPriceUsd;
}

interface OpeningTime {
  /** Epoch ms at the end of the step. */
  at: number;
  dtMs: number;
  /** Mark prices at the two ends of the step: entries lie in between. */
  fromPriceUsd: number;
  toPriceUsd: number;
  /** 1 in normal times, less after a crash. */
  courage: number;
  nextId(): number;
}

/** Opens positions towards what this side wants to hold now. Gives the contract units opened. */
export function openTowardsWish(
  crowd: CrowdSide,
  book: PositionBook,
  contract: ContractSpec,
  forcing: Forcing,
  time: OpeningTime,
  random: RandomStream,
): number {
  const hours = time.dtMs / HOUR_MS;
  const keep = Math.exp(-hours / MOOD_MEMORY_HOURS);
  crowd.mood = crowd.mood * keep + MOOD_SIGMA * Math.sqrt(1 - keep * keep) * random.gaussian();
  const appetite = crowd.side === 'long' ? forcing.longAppetite : forcing.shortAppetite;
  const wish = crowd.usualSize * appetite * Math.exp(crowd.mood) * time.courage;
  const held = crowd.side === 'long' ? book.longSize : book.shortSize;
  const allowed = crowd.budget + wish * OPENING_SHARE_PER_HOUR * hours;
  crowd.budget = Math.max(0, Math.min(allowed, wish - held));

  let opened = 0;
  while (crowd.budget >= crowd.nextSize) {
    const size = crowd.nextSize;
    const { leverage, stayMs } = drawLeverage(
      crowd,
      forcing.leverageTilt,
      contract.size.maxLeverage,
      random,
    );
    const maintenance = maintenanceFraction(leverage, contract.size.maxLeverage);
    const triggerFor = (entry: number): number =>
      triggerPrice(crowd.side, entry, leverage, maintenance, contract.inverse);
    const drawn = time.fromPriceUsd + (time.toPriceUsd - time.fromPriceUsd) * random.uniform();
    // Within a long step the price may already have passed such a trigger: then it is a late entry.
    const entryPriceUsd = isPassed(crowd.side, triggerFor(drawn), time.toPriceUsd)
      ? time.toPriceUsd
      : drawn;
    openPosition(book, {
      id: time.nextId(),
      side: crowd.side,
      size,
      entryPriceUsd,
      leverage,
      triggerPriceUsd: triggerFor(entryPriceUsd),
      openedAt: time.at,
      closesAt: time.at + stayMs,
    });
    opened += size;
    crowd.budget -= size;
    crowd.nextSize = drawSize(crowd, contract, random);
  }
  return opened;
}
