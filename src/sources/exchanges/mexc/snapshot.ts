import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { assetOfClass, type NonCoinClass } from '../../kit/asset-class.ts';
import {
  absentable,
  epochMs,
  intervalHours,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { assetClassOf } from './asset-class.ts';
import { type Contract, type Contracts, readContracts, valueOf } from './contracts.ts';
import { getPublic } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;
const COUNTING = 'as published, taken as one-sided';

const rowsSchema = z.array(z.unknown());
const nameSchema = z.object({ symbol: z.string().min(1) });
const heldSchema = z.object({ holdVol: nonNegativeNumber });

function tickerSchema(now: number) {
  return z.object({
    fairPrice: positiveNumber,
    indexPrice: absentable(positiveNumber),
    /** Contracts. */
    volume24: absentable(nonNegativeNumber),
    /** Quote of linear contracts, coins of inverse ones. */
    amount24: absentable(nonNegativeNumber),
    timestamp: epochMs(now),
  });
}

function fundingSchema(now: number) {
  return z.object({
    fundingRate: intervalRateFraction,
    collectCycle: intervalHours,
    nextSettleTime: epochMs(now),
    timestamp: epochMs(now),
  });
}

/**
 * Funding, open interest and market figures of every live perpetual. A contract nobody holds keeps a
 * rate (TON_USDT): only what has open interest counts as live.
 */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const [contracts, tickers, rates] = await Promise.all([
    partOrGaps(ID, KINDS, gaps, () => readContracts(context)),
    partOrGaps(ID, KINDS, gaps, () => getPublic(context, 'ticker', {}, rowsSchema)),
    partOrGaps(ID, ['funding'], gaps, () => readRates(context, tally)),
  ]);
  if (contracts === undefined || tickers === undefined) return tally.batch([], gaps);
  const observations = tickers.flatMap((raw) => {
    const live = openLiveRow(raw, contracts, tally);
    if (live === undefined) return [];
    return [...fundingOf(live, rates, context.now()), ...marketOf(live, raw, context.now())];
  });
  return tally.batch(observations, gaps);
}

/** The rows of `funding_rate` by symbol; one without a readable name is counted as dropped. */
async function readRates(context: FetchContext, tally: RowTally): Promise<Map<string, unknown>> {
  const rates = new Map<string, unknown>();
  for (const raw of await getPublic(context, 'funding_rate', {}, rowsSchema)) {
    const symbol = nameSchema.safeParse(raw).data?.symbol;
    if (symbol === undefined) tally.row(undefined).read('funding', nameSchema, raw);
    else rates.set(symbol, raw);
  }
  return rates;
}

interface LiveRow {
  contract: Contract;
  identity: Pick<Observation & { kind: 'market' }, 'source' | 'asset' | 'instrument'>;
  assetClass: NonCoinClass | undefined;
  holdVol: number;
  row: RowScope;
}

/** Opens a tally row; undefined for rows left out by rule (not live, nobody in it) or unreadable. */
function openLiveRow(raw: unknown, contracts: Contracts, tally: RowTally): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const { symbol } = named.data;
  if (coinOf(symbol) === undefined) return undefined;
  const contract = contracts.get(symbol);
  if (contract === 'not-live') return undefined;
  const held = heldSchema.safeParse(raw);
  if (held.data?.holdVol === 0) return undefined;
  const row = tally.row(symbol);
  if (contract === undefined || contract === 'unreadable') {
    row.drop(KINDS, 'contract not known');
    return undefined;
  }
  const assetClass = assetClassOf(contract.coin, contract.plates);
  if (assetClass === 'unknown') {
    row.drop(KINDS, 'no coin, and of no class known here');
    return undefined;
  }
  const holdVol = row.read(KINDS, heldSchema, raw)?.holdVol;
  if (holdVol === undefined) return undefined;
  const asset = assetOfClass(contract.coin.asset, assetClass);
  const identity = { source: ID, asset, instrument: symbol };
  return { contract, identity, assetClass, holdVol, row };
}

function fundingOf(
  { identity, row }: LiveRow,
  rates: ReadonlyMap<string, unknown> | undefined,
  now: number,
): Observation[] {
  if (rates === undefined) return [];
  const raw = rates.get(identity.instrument);
  if (raw === undefined) {
    row.drop('funding', 'not in funding_rate');
    return [];
  }
  const funding = row.read('funding', fundingSchema(now), raw);
  if (funding === undefined) return [];
  const { collectCycle, fundingRate, nextSettleTime, timestamp } = funding;
  return [
    {
      kind: 'funding',
      ...identity,
      rateFraction: fundingRate,
      intervalHours: collectCycle,
      phase: 'predicted',
      nextFundingAt: nextSettleTime,
      annualFraction: annualFraction(fundingRate, collectCycle),
      observedAt: timestamp,
    },
  ];
}

function marketOf(live: LiveRow, raw: unknown, now: number): Observation[] {
  const { assetClass, contract, holdVol, identity, row } = live;
  const { coin, contractSize, maxLeverage } = contract;
  const ticker = row.read(['market', 'open-interest'], tickerSchema(now), raw);
  if (ticker === undefined) return [];
  const { amount24, fairPrice, indexPrice, timestamp: observedAt, volume24 } = ticker;
  const inverseVolumeUsd = volume24 === undefined ? undefined : volume24 * contractSize;
  const volume24hUsd = coin.inverse ? inverseVolumeUsd : amount24;
  const held = valueOf(contract, holdVol, fairPrice);
  return [
    {
      kind: 'market',
      ...identity,
      markPriceUsd: fairPrice / coin.multiplier,
      ...(indexPrice === undefined ? {} : { indexPriceUsd: indexPrice / coin.multiplier }),
      ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      ...(maxLeverage === undefined ? {} : { maxLeverage }),
      ...(assetClass === undefined ? {} : { assetClass }),
      observedAt,
    },
    {
      kind: 'open-interest',
      ...identity,
      openInterestBase: held.venueCoins * coin.multiplier,
      openInterestUsd: held.usd,
      counting: COUNTING,
      observedAt,
    },
  ];
}
