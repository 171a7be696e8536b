import { z } from 'zod';
import type { AssetId } from '../../../signals/model/ids.ts';
import type {
  Gap,
  Observation,
  OpenInterestObservation,
} from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { assetOfClass, classOfName, type NonCoinClass } from '../../kit/asset-class.ts';
import {
  absentable,
  decodeShape,
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally, type RowScope, type RowTally } from '../../kit/tally.ts';
import { type Contract, type Contracts, readContracts } from './contracts.ts';
import { intervalReader } from './intervals.ts';
import { coinOf, ID } from './name.ts';
import { type LiveInstrument, readOpenInterest } from './open-interest.ts';

const KINDS = ['funding', 'open-interest', 'market'] as const;

const rowsSchema = z.array(z.unknown());
const nameSchema = z.object({ symbol: z.string().min(1) });
const volumeSchema = z.object({ quoteVolume: nonNegativeNumber });

function schemas(now: number) {
  const time = epochMs(now);
  return {
    market: z.object({
      markPrice: positiveNumber,
      indexPrice: absentable(positiveNumber),
      time,
    }),
    funding: z.object({
      lastFundingRate: intervalRateFraction,
      nextFundingTime: epochMs(now),
      time,
    }),
  };
}

/** Funding, open interest and market figures of every live perpetual. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const { http } = context;
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const [premiums, contracts, fundingInfo, tickers] = await Promise.all([
    http.getJson('/fapi/v1/premiumIndex', {}, { weight: 10 }),
    // Without the states a settling contract cannot be told by anything but its zero rate.
    partOrGaps(ID, ['market'], gaps, () => readContracts(context)),
    partOrGaps(ID, ['funding'], gaps, () =>
      http.getJson('/fapi/v1/fundingInfo', {}, { weight: 5 }),
    ),
    partOrGaps(ID, ['market'], gaps, () =>
      http.getJson('/fapi/v1/ticker/24hr', {}, { weight: 40 }),
    ),
  ]);

  const rows = decodeShape(rowsSchema, premiums, 'premiumIndex');
  const live = liveRows(rows, contracts, tally, gaps);
  const volumes = await partOrGaps(ID, ['market'], gaps, async () =>
    readVolumes(tickers, new Set(live.map(({ symbol }) => symbol)), tally),
  );
  const intervals = await partOrGaps(ID, ['funding'], gaps, async () =>
    fundingInfo === undefined ? undefined : intervalReader(fundingInfo),
  );

  const { funding: fundingSchema, market: marketSchema } = schemas(context.now());
  const observations: Observation[] = [];
  const instruments: LiveInstrument[] = [];
  for (const { asset, assetClass, multiplier, raw, row, symbol } of live) {
    const identity = { source: ID, asset, instrument: symbol };
    const funding = row.read('funding', fundingSchema, raw);
    const intervalHours = intervals?.(symbol);
    if (funding !== undefined && intervals !== undefined && intervalHours === undefined) {
      row.drop('funding', 'interval unknown');
    }
    if (funding !== undefined && intervalHours !== undefined) {
      observations.push({
        kind: 'funding',
        ...identity,
        rateFraction: funding.lastFundingRate,
        intervalHours,
        phase: 'predicted',
        nextFundingAt: funding.nextFundingTime,
        annualFraction: annualFraction(funding.lastFundingRate, intervalHours),
        observedAt: funding.time,
      });
    }
    const market = row.read(['market', 'open-interest'], marketSchema, raw);
    if (market === undefined) continue;
    const volume24hUsd = volumes?.get(symbol);
    observations.push({
      kind: 'market',
      ...identity,
      markPriceUsd: market.markPrice / multiplier,
      ...(market.indexPrice === undefined ? {} : { indexPriceUsd: market.indexPrice / multiplier }),
      ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      ...(assetClass === undefined ? {} : { assetClass }),
      observedAt: market.time,
    });
    instruments.push({
      symbol,
      asset,
      multiplier,
      markPrice: market.markPrice,
      volume24hUsd: volume24hUsd ?? 0,
    });
  }

  const interest: OpenInterestObservation[] = await readOpenInterest(context, instruments, gaps);
  return tally.batch([...observations, ...interest], gaps);
}

interface LiveRow {
  symbol: string;
  asset: AssetId;
  multiplier: number;
  assetClass?: NonCoinClass;
  raw: unknown;
  row: RowScope;
}

/** Opens a tally row for each perpetual that is live; leaves the others out by rule. */
function liveRows(
  rows: readonly unknown[],
  contracts: Contracts | undefined,
  tally: RowTally,
  gaps: Gap[],
): LiveRow[] {
  const live: LiveRow[] = [];
  let zeroRates = 0;
  for (const raw of rows) {
    const named = nameSchema.safeParse(raw);
    if (!named.success) {
      tally.row(undefined).read(KINDS, nameSchema, raw);
      continue;
    }
    const { symbol } = named.data;
    const coin = coinOf(symbol);
    if (coin === undefined || isDated(raw)) continue;
    const contract = contracts === undefined ? assumed(coin.asset) : contracts.get(symbol);
    if (contract?.state === 'not-live') continue;
    if (contracts === undefined && hasZeroRate(raw)) {
      zeroRates += 1;
      continue;
    }
    const row = tally.row(symbol);
    if (contract?.state !== 'live') {
      row.drop(KINDS, 'contract state unknown');
      continue;
    }
    const { assetClass } = contract;
    const asset = assetOfClass(coin.asset, assetClass);
    const common = { symbol, asset, multiplier: coin.multiplier, raw, row };
    live.push(assetClass === undefined ? common : { ...common, assetClass });
  }
  if (zeroRates > 0) {
    const detail = `${zeroRates} instruments with a rate of 0 left out: settling or not is unknown`;
    gaps.push({ kind: 'gap', source: ID, wanted: 'market', reason: 'unavailable', detail });
  }
  return live;
}

/** Without the list of contracts the class is what the name tells. */
function assumed(base: AssetId): Contract {
  const assetClass = classOfName(base);
  return assetClass === undefined ? { state: 'live' } : { state: 'live', assetClass };
}

function isDated(raw: unknown): boolean {
  const next = (raw as { nextFundingTime?: unknown }).nextFundingTime;
  return next === 0 || next === '0';
}

function hasZeroRate(raw: unknown): boolean {
  const rate = (raw as { lastFundingRate?: unknown }).lastFundingRate;
  return typeof rate === 'string' && rate !== '' && Number(rate) === 0;
}

function readVolumes(
  answer: unknown,
  wanted: ReadonlySet<string>,
  tally: RowTally,
): Map<string, number> {
  const volumes = new Map<string, number>();
  if (answer === undefined) return volumes;
  for (const raw of decodeShape(rowsSchema, answer, 'ticker/24hr')) {
    const named = nameSchema.safeParse(raw);
    if (named.success && !wanted.has(named.data.symbol)) continue;
    const row = tally.row(named.data?.symbol);
    const volume = row.read('market', nameSchema.extend(volumeSchema.shape), raw);
    if (volume !== undefined) volumes.set(volume.symbol, volume.quoteVolume);
  }
  return volumes;
}
