import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { HOUR_MS } from '../../kit/history.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { type Contract, type Contracts, readContracts } from './contracts.ts';
import { hourlyRate } from './funding.ts';
import { ID, kindOf } from './name.ts';
import {
  fetchTickerRows,
  givesRelativeRates,
  symbolOf,
  tickerFunding,
  tickerInterest,
  tickerPrices,
  tickerState,
} from './rest-v3.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;

interface LiveRow {
  symbol: string;
  contract: Contract;
  raw: unknown;
  row: RowScope;
}

interface Answer {
  observedAt: number;
  relative: boolean;
}

/** Funding, open interest and market figures of every perpetual that trades. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  const { observedAt, rows } = await fetchTickerRows(context);
  const tally = createTally(ID);
  const { halted, live } = liveRows(rows, contracts, tally);
  const answer = { observedAt, relative: givesRelativeRates(rows) };
  const observations = live.flatMap((one) => observationsOf(one, answer));
  return tally.batch(observations, live.length === 0 ? haltGaps(halted) : []);
}

/** In maintenance all markets are post-only: that nothing is left must be told. */
function haltGaps(halted: number): Gap[] {
  if (halted === 0) return [];
  const detail = `all ${halted} markets are suspended or post-only`;
  return KINDS.map((wanted) => ({
    kind: 'gap',
    source: ID,
    wanted,
    reason: 'unavailable',
    detail,
  }));
}

/** Opens a tally row for each perpetual that trades; leaves the others out by rule. */
function liveRows(
  rows: readonly unknown[],
  contracts: Contracts,
  tally: RowTally,
): { live: LiveRow[]; halted: number } {
  const live: LiveRow[] = [];
  let halted = 0;
  for (const raw of rows) {
    const named = symbolOf.safeParse(raw);
    if (!named.success) {
      tally.row(undefined).read(KINDS, symbolOf, raw);
      continue;
    }
    const symbol = named.data;
    if (kindOf(symbol) === undefined) continue;
    const contract = contracts.get(symbol);
    if (contract === undefined || contract === 'unreadable') {
      tally.row(symbol).drop(KINDS, 'its contract is not known');
      continue;
    }
    if (!contract.tradeable) continue;
    const state = tickerState.safeParse(raw);
    if (state.success && state.data.halted) {
      halted += 1;
      continue;
    }
    const row = tally.row(symbol);
    if (state.success) live.push({ symbol, contract, raw, row });
    else row.read(KINDS, tickerState, raw);
  }
  return { live, halted };
}

function observationsOf({ contract, raw, row, symbol }: LiveRow, answer: Answer): Observation[] {
  const { assetClass, coin, contractSize, tiers } = contract;
  const { observedAt } = answer;
  const identity = { source: ID, asset: coin.asset, instrument: symbol };
  const observations: Observation[] = [];
  const rateFraction = readRate(raw, row, contract, answer.relative);
  if (rateFraction !== undefined) {
    observations.push({
      kind: 'funding',
      ...identity,
      rateFraction,
      intervalHours: 1,
      phase: 'predicted',
      nextFundingAt: (Math.floor(observedAt / HOUR_MS) + 1) * HOUR_MS,
      annualFraction: annualFraction(rateFraction, 1),
      observedAt,
    });
  }
  const market = row.read(['market', 'open-interest'], tickerPrices, raw);
  if (market === undefined) return observations;
  const { indexPrice, markPrice, volume24h } = market;
  // Linear sizes are coins, inverse ones dollars.
  const usdOf = (size: number) => size * contractSize * (coin.kind === 'linear' ? markPrice : 1);
  const maxLeverage = tiers?.[0]?.maxLeverage;
  observations.push({
    kind: 'market',
    ...identity,
    markPriceUsd: markPrice,
    ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice }),
    ...(volume24h === undefined ? {} : { volume24hUsd: usdOf(volume24h) }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(assetClass === 'crypto' ? {} : { assetClass }),
    observedAt,
  });
  const interest = row.read('open-interest', tickerInterest, raw);
  if (interest !== undefined) {
    const size = interest.openInterest * contractSize;
    observations.push({
      kind: 'open-interest',
      ...identity,
      openInterestBase: coin.kind === 'linear' ? size : size / markPrice,
      openInterestUsd: usdOf(interest.openInterest),
      counting: 'as published, taken as one-sided',
      observedAt,
    });
  }
  return observations;
}

function readRate(
  raw: unknown,
  row: RowScope,
  { coin, maxHourlyRate }: Contract,
  relative: boolean,
): number | undefined {
  const figures = relative
    ? row.read('funding', tickerFunding.newer, raw)
    : row.read('funding', tickerFunding.older, raw);
  if (figures === undefined) return undefined;
  const rate = hourlyRate(figures, coin.kind, maxHourlyRate);
  if (typeof rate === 'number') return rate;
  row.drop('funding', rate.bad);
  return undefined;
}
