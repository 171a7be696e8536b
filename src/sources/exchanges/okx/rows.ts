import { z } from 'zod';
import type { WantedKind } from '../../../signals/model/observations.ts';
import type { RowTally } from '../../kit/tally.ts';
import type { Contracts } from './contracts.ts';
import { coinOf } from './name.ts';

const nameSchema = z.object({ instId: z.string().min(1) });

/**
 * The rows of a bulk answer that are of live contracts, by name; the others are left out by rule.
 * A row whose contract is not listed, or listed in an unreadable state, is dropped and counted.
 */
export function readLiveRows<T>(
  rows: readonly unknown[],
  wanted: WantedKind,
  schema: z.ZodType<T>,
  contracts: Contracts,
  tally: RowTally,
): Map<string, T> {
  const isOurs = (name: string) =>
    coinOf(name) !== undefined && contracts.get(name)?.state !== 'not-live';
  return readNamedRows(rows, wanted, schema, isOurs, tally, (name) =>
    contracts.get(name)?.state === 'live' ? undefined : 'contract state unknown',
  );
}

/** The rows whose `instId` is wanted, by name; `whyNot` says what is wrong with one, if anything. */
export function readNamedRows<T>(
  rows: readonly unknown[],
  wanted: WantedKind,
  schema: z.ZodType<T>,
  isWanted: (name: string) => boolean,
  tally: RowTally,
  whyNot: (name: string) => string | undefined = () => undefined,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const raw of rows) {
    const named = nameSchema.safeParse(raw);
    if (!named.success) {
      tally.row(undefined).read(wanted, nameSchema, raw);
      continue;
    }
    const { instId } = named.data;
    if (!isWanted(instId)) continue;
    const row = tally.row(instId);
    const wrong = whyNot(instId);
    if (wrong !== undefined) row.drop(wanted, wrong);
    const value = wrong === undefined ? row.read(wanted, schema, raw) : undefined;
    if (value !== undefined) found.set(instId, value);
  }
  return found;
}
