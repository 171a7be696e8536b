import { z } from 'zod';
import { nonNegativeNumber } from '../../kit/decode.ts';
import type { RowScope, RowTally } from '../../kit/tally.ts';
import type { Contracts } from './contracts.ts';
import { type CoinmCoin, coinOf } from './name.ts';

export const KINDS = ['funding', 'open-interest', 'market'] as const;

const nameSchema = z.object({ symbol: z.string().min(1) });

export interface LiveRow {
  symbol: string;
  coin: CoinmCoin;
  /** USD of one contract. */
  sizeUsd: number;
  raw: unknown;
  row: RowScope;
}

/**
 * Opens a tally row for each live perpetual of `premiumIndex`; leaves the others out by rule (dated
 * ones have an empty rate there). A contract without a readable state is dropped and counted.
 */
export function liveRows(
  rows: readonly unknown[],
  contracts: Contracts,
  tally: RowTally,
): LiveRow[] {
  return rows.flatMap((raw): LiveRow[] => {
    const named = nameSchema.safeParse(raw);
    if (!named.success) {
      tally.row(undefined).read(KINDS, nameSchema, raw);
      return [];
    }
    const { symbol } = named.data;
    const coin = coinOf(symbol);
    const contract = contracts.get(symbol);
    if (coin === undefined || contract === 'not-live') return [];
    const row = tally.row(symbol);
    if (contract === undefined || contract === 'unreadable') {
      row.drop(KINDS, 'contract state unknown');
      return [];
    }
    return [{ symbol, coin, sizeUsd: contract.sizeUsd, raw, row }];
  });
}

const volumeSchema = z.object({ volume: nonNegativeNumber });

/** USD of 24 h by name, from rows of `ticker/24hr`: `volume` counts contracts. */
export function readVolumes(
  rows: readonly unknown[],
  live: readonly LiveRow[],
  tally: RowTally,
): Map<string, number> {
  const sizes = new Map(live.map(({ sizeUsd, symbol }) => [symbol, sizeUsd]));
  const volumes = new Map<string, number>();
  for (const raw of rows) {
    const named = nameSchema.safeParse(raw);
    if (!named.success) {
      tally.row(undefined).read('market', nameSchema, raw);
      continue;
    }
    const { symbol } = named.data;
    const sizeUsd = sizes.get(symbol);
    if (sizeUsd === undefined) continue;
    const volume = tally.row(symbol).read('market', volumeSchema, raw)?.volume;
    if (volume !== undefined) volumes.set(symbol, volume * sizeUsd);
  }
  return volumes;
}
