import type { Forcing } from '../scenarios/scenario.ts';
import type { ContractSpec } from './catalogue.ts';
import {
  type CrowdSide,
  createCrowdSide,
  LONG_SHARE,
  openTowardsWish,
  SHORT_SHARE,
} from './crowd.ts';
import { fundingRate } from './funding.ts';
import {
  createPositionBook,
  type Position,
  type PositionBook,
  sweepPositions,
} from './position-book.ts';
import { createRandom, type RandomStream } from './random.ts';

const HOUR_MS = 3_600_000;
/** Hedged on both sides (basis trades, makers' inventories): share of the usual open interest. */
const HEDGED_SHARE = 0.5;
/** Premium, as a fraction of the index, when the crowd leans twice as far as usual. */
const PREMIUM_PER_LEAN = 0.0016;
/** After a wave of liquidations the perpetual trades away from its index, the way it went. */
const PREMIUM_PER_SENTIMENT = 0.008;
const PREMIUM_MEMORY_HOURS = 0.4;
const FUNDING_AVERAGE_HOURS = 1;
const ENGINE_MEMORY_MS = 50_000;

/** One contract of one venue with everybody in it. */
export interface PerpMarket {
  contract: ContractSpec;
  book: PositionBook;
  longs: CrowdSide;
  shorts: CrowdSide;
  /** Contract units the venue's liquidation engine has taken over and not sold (bought back) yet. */
  engine: { long: number; short: number };
  /** Contract units held hedged on each side, beside the makers' counterpart of the crowd. */
  hedgedSize: number;
  /** Mark over index, fraction. */
  premium: number;
  averagePremium: number;
  indexPriceUsd: number;
  markPriceUsd: number;
  /** Multiplies bids and asks of this venue; wanders around 1. */
  bidNoise: number;
  askNoise: number;
  /** Traded within the hour so far, USD. */
  volumeUsd: number;
  random: RandomStream;
}

export function createPerpMarket(contract: ContractSpec, seed: number): PerpMarket {
  const random = createRandom(seed, `market:${contract.venue}:${contract.symbol}`);
  const price = contract.asset.basePriceUsd;
  return {
    contract,
    book: createPositionBook(),
    longs: createCrowdSide('long', contract, random),
    shorts: createCrowdSide('short', contract, random),
    engine: { long: 0, short: 0 },
    hedgedSize: (contract.size.openInterestUsd * HEDGED_SHARE) / (contract.inverse ? 1 : price),
    premium: 0.0001,
    averagePremium: 0.0001,
    indexPriceUsd: price,
    markPriceUsd: price,
    bidNoise: 1,
    askNoise: 1,
    volumeUsd: 0,
    random,
  };
}

/** USD of one contract unit at the present mark. */
export function unitUsd(market: PerpMarket): number {
  return market.contract.inverse ? 1 : market.markPriceUsd;
}

/** Contract units of one side that are not hedged: the crowd's and the liquidation engine's. */
function openSide(market: PerpMarket, side: 'long' | 'short'): number {
  return side === 'long'
    ? market.book.longSize + market.engine.long
    : market.book.shortSize + market.engine.short;
}

/** What makers and hedgers hold: everything the crowd has no crowd counterpart for, and their own. */
export function hedgedSides(market: PerpMarket): { long: number; short: number } {
  const net = openSide(market, 'long') - openSide(market, 'short');
  return {
    long: market.hedgedSize + Math.max(0, -net),
    short: market.hedgedSize + Math.max(0, net),
  };
}

/** Contract units open, each contract once: all longs, which are as many as all shorts. */
export function openInterest(market: PerpMarket): number {
  return openSide(market, 'long') + hedgedSides(market).long;
}

/** The rate of the running interval, per interval. */
export function runningFundingRate(market: PerpMarket): number {
  return fundingRate(market.averagePremium, market.contract.fundingIntervalHours);
}

interface StepInput {
  at: number;
  dtMs: number;
  forcing: Forcing;
  /** Price of the asset before the forced flow of this step, USD. */
  priceUsd: number;
  /** |log return| of this step over what is usual for a step of this length. */
  activity: number;
  courage: number;
  /** Net forced purchases of late over open interest; negative after longs were liquidated. */
  sentiment: number;
  nextId(): number;
}

function wander(value: number, memoryHours: number, sigma: number, hours: number, noise: number) {
  const keep = Math.exp(-hours / memoryHours);
  return Math.exp(Math.log(value) * keep + sigma * Math.sqrt(1 - keep * keep) * noise);
}

function updatePremium(market: PerpMarket, hours: number, sentiment: number): void {
  const { book, random } = market;
  const usualLean = LONG_SHARE - SHORT_SHARE;
  const lean = (book.longSize - book.shortSize) / Math.max(1e-9, openInterest(market));
  const target =
    0.0001 + PREMIUM_PER_LEAN * (lean / usualLean - 1) + PREMIUM_PER_SENTIMENT * sentiment;
  const keep = Math.exp(-hours / PREMIUM_MEMORY_HOURS);
  const noise = 0.00022 * Math.sqrt(1 - keep * keep) * random.gaussian();
  market.premium = market.premium * keep + target * (1 - keep) + noise;
  const keepAverage = Math.exp(-hours / FUNDING_AVERAGE_HOURS);
  market.averagePremium = market.averagePremium * keepAverage + market.premium * (1 - keepAverage);
}

/** What a step of a contract forces. */
export interface ForcedStep {
  /** Positions the venue took over because the mark price reached their trigger. */
  takenOver: Position[];
  /** Market orders of the venue's liquidation engine, USD. */
  sellUsd: number;
  buyUsd: number;
}

/**
 * Venues do not dump a position at once: their engines work it off in pieces (Hyperliquid a fifth,
 * then a pause; Binance by tiers). A share of what the engine holds goes to the book in each step.
 */
function workOff(market: PerpMarket, takenOver: readonly Position[], dtMs: number): ForcedStep {
  const { engine } = market;
  for (const position of takenOver) engine[position.side] += position.size;
  const share = 1 - Math.exp(-dtMs / ENGINE_MEMORY_MS);
  const sold = engine.long * share;
  const bought = engine.short * share;
  engine.long -= sold;
  engine.short -= bought;
  const usd = unitUsd(market);
  return { takenOver: [...takenOver], sellUsd: sold * usd, buyUsd: bought * usd };
}

/** One step of a contract up to its forced orders, which are returned for the book to take. */
export function stepPerpMarket(market: PerpMarket, input: StepInput): ForcedStep {
  const { contract, random } = market;
  const hours = input.dtMs / HOUR_MS;
  const before = market.markPriceUsd;
  updatePremium(market, hours, input.sentiment);
  market.indexPriceUsd = input.priceUsd;
  market.markPriceUsd = input.priceUsd * (1 + market.premium);
  market.bidNoise = wander(market.bidNoise, 0.2, 0.1, hours, random.gaussian());
  market.askNoise = wander(market.askNoise, 0.2, 0.1, hours, random.gaussian());

  const takenOver = sweepPositions(market.book, market.markPriceUsd, input.at);
  const forced = workOff(market, takenOver, input.dtMs);
  const time = {
    at: input.at,
    dtMs: input.dtMs,
    fromPriceUsd: before,
    toPriceUsd: market.markPriceUsd,
    courage: input.courage,
    nextId: input.nextId,
  };
  openTowardsWish(market.longs, market.book, contract, input.forcing, time, random);
  openTowardsWish(market.shorts, market.book, contract, input.forcing, time, random);

  const liveliness = 0.5 + 0.5 * Math.min(8, input.activity);
  market.volumeUsd +=
    contract.size.volumeUsd * (hours / 24) * liveliness * (0.8 + 0.4 * random.uniform());
  market.volumeUsd += forced.sellUsd + forced.buyUsd;
  return forced;
}
