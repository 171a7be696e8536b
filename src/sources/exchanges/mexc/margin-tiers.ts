import { z } from 'zod';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { absentable, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { createTally } from '../../kit/tally.ts';
import { type Contract, contractNamed, readContracts, valueOf } from './contracts.ts';
import { getPublic } from './envelope.ts';
import { ID } from './name.ts';

/** A tier in contracts: it holds above `from`. */
type RiskLimit = Omit<MarginTier, 'fromNotionalUsd'> & { from: number };

const LONGEST_LADDER = 200;
const marginRate = positiveNumber.refine((rate) => rate <= 1, 'is no margin rate');

const kindSchema = z.object({
  riskLimitMode: z.enum(['CUSTOM', 'INCREASE']),
  // In what unit limits by value are is not published.
  riskLimitType: z.literal('BY_VOLUME', { error: 'is not BY_VOLUME' }),
  riskLongShortSwitch: absentable(z.literal(0, { error: 'is not 0: sides differ' })),
});

const listedSchema = z
  .object({
    riskLimitCustom: z
      .array(
        z.object({
          maxVol: positiveNumber,
          mmr: marginRate,
          maxLeverage: absentable(positiveNumber),
        }),
      )
      .min(1),
  })
  .refine(
    ({ riskLimitCustom: tiers }) =>
      tiers.every(({ maxVol }, index) => maxVol > (tiers[index - 1]?.maxVol ?? 0)),
    'tiers do not ascend',
  )
  .transform(({ riskLimitCustom: tiers }) =>
    tiers.map(({ maxLeverage, mmr }, index): RiskLimit => {
      const from = tiers[index - 1]?.maxVol ?? 0;
      return {
        from,
        maintenanceFraction: mmr,
        ...(maxLeverage === undefined ? {} : { maxLeverage }),
      };
    }),
  );

const increasingSchema = z
  .object({
    riskBaseVol: positiveNumber,
    riskIncrVol: nonNegativeNumber,
    riskIncrMmr: nonNegativeNumber,
    riskLevelLimit: z.number().int().min(1).max(LONGEST_LADDER),
    maintenanceMarginRate: marginRate,
    maxLeverage: absentable(positiveNumber),
  })
  .refine(
    (row) => row.riskLevelLimit === 1 || (row.riskIncrVol > 0 && lastRateOf(row) <= 1),
    'tiers do not ascend',
  )
  .transform((row) =>
    Array.from({ length: row.riskLevelLimit }, (_, step): RiskLimit => {
      const first = step === 0;
      return {
        from: first ? 0 : row.riskBaseVol + (step - 1) * row.riskIncrVol,
        maintenanceFraction: row.maintenanceMarginRate + step * row.riskIncrMmr,
        // Entry leverage of the higher ones is not published.
        ...(first && row.maxLeverage !== undefined ? { maxLeverage: row.maxLeverage } : {}),
      };
    }),
  );

function lastRateOf(row: {
  maintenanceMarginRate: number;
  riskIncrMmr: number;
  riskLevelLimit: number;
}): number {
  return row.maintenanceMarginRate + (row.riskLevelLimit - 1) * row.riskIncrMmr;
}

/**
 * Margin tiers of these instruments from `detail`, where limits are numbers of contracts: a list
 * (`CUSTOM`), or a first limit and what each further one adds (`INCREASE`). The fair price, one call
 * an instrument, makes them USD; inverse contracts are in USD as they are.
 */
export async function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  const tally = createTally(ID);
  const { gaps, observations } = await readEachInstrument(
    ID,
    'margin-tiers',
    instruments,
    async ({ asset, instrument }): Promise<MarginTiersObservation | undefined> => {
      const contract = contractNamed(contracts, instrument);
      const row = tally.row(instrument);
      const mode = row.read('margin-tiers', kindSchema, contract.raw)?.riskLimitMode;
      if (mode === undefined) return undefined;
      const schema = mode === 'CUSTOM' ? listedSchema : increasingSchema;
      const limits = row.read<RiskLimit[]>('margin-tiers', schema, contract.raw);
      if (limits === undefined) return undefined;
      const { observedAt, price } = await readPrice(context, contract, instrument);
      const tiers = limits.map(({ from, ...tier }): MarginTier => {
        return { fromNotionalUsd: valueOf(contract, from, price).usd, ...tier };
      });
      const identity = { source: ID, asset, instrument };
      return { kind: 'margin-tiers', ...identity, tiers, observedAt };
    },
  );
  return tally.batch(observations, gaps);
}

async function readPrice(
  context: FetchContext,
  { coin }: Contract,
  symbol: string,
): Promise<{ price: number; observedAt: number }> {
  if (coin.inverse) return { price: 1, observedAt: context.now() };
  const schema = z.object({
    symbol: z.literal(symbol),
    fairPrice: positiveNumber,
    timestamp: epochMs(context.now()),
  });
  const answer = await getPublic(context, `fair_price/${symbol}`, {}, schema);
  return { price: answer.fairPrice, observedAt: answer.timestamp };
}
