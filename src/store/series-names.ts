import type { Transaction } from 'kysely';
import { AppError } from '../errors.ts';
import type { InstrumentHour } from '../signals/model/history.ts';
import type { AssetId } from '../signals/model/ids.ts';
import { chunks } from './chunks.ts';
import type { Database } from './schema.ts';
import { INSTRUMENTS_PER_ASSET, MAX_ASSETS } from './series-keys.ts';

/** Small numbers for names; what a caller keeps between calls is a cache and may lag behind. */
export type AssetIds = ReadonlyMap<AssetId, number>;

export type InstrumentName = Pick<InstrumentHour, 'source' | 'instrument' | 'asset'>;

export interface Interned {
  id: number;
  newestDay: number;
}

export type InstrumentIds = ReadonlyMap<string, Interned>;

export function instrumentKey({ source, instrument, asset }: InstrumentName): string {
  return JSON.stringify([source, instrument, asset]);
}

const ROWS_PER_STATEMENT = 200;

/** Ids of all assets, with new ones for those not known yet. */
export async function internAssets(
  trx: Transaction<Database>,
  known: AssetIds,
  wanted: Iterable<AssetId>,
): Promise<AssetIds> {
  const missing = new Set([...wanted].filter((asset) => !known.has(asset)));
  if (missing.size === 0) return known;
  const rows = await trx.selectFrom('assets').selectAll().execute();
  const ids = new Map(rows.map(({ id, asset }) => [asset as AssetId, id]));
  let next = rows.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  const fresh = [...missing]
    .filter((asset) => !ids.has(asset))
    .map((asset) => ({ id: next++, asset }));
  if (next > MAX_ASSETS) throw tooMany('assets', MAX_ASSETS);
  for (const values of chunks(fresh, ROWS_PER_STATEMENT)) {
    await trx.insertInto('assets').values(values).execute();
  }
  for (const { id, asset } of fresh) ids.set(asset, id);
  return ids;
}

/** Ids of all instruments, with new ones for those not known yet. */
export async function internInstruments(
  trx: Transaction<Database>,
  known: InstrumentIds,
  wanted: ReadonlyMap<string, InstrumentName>,
): Promise<InstrumentIds> {
  if ([...wanted.keys()].every((key) => known.has(key))) return known;
  const rows = await trx
    .selectFrom('instruments')
    .innerJoin('assets', 'assets.id', 'instruments.asset_id')
    .select(['instruments.id', 'asset_id', 'source', 'instrument', 'newest_day', 'asset'])
    .execute();
  const ids = new Map<string, Interned>();
  const highest = new Map<number, number>();
  for (const row of rows) {
    const key = instrumentKey({ ...row, asset: row.asset as AssetId });
    ids.set(key, { id: row.id, newestDay: row.newest_day });
    highest.set(row.asset_id, Math.max(highest.get(row.asset_id) ?? 0, row.id));
  }
  const fresh = [...wanted].filter(([key]) => !ids.has(key));
  const assetIds = await internAssets(
    trx,
    new Map(),
    fresh.map(([, { asset }]) => asset),
  );
  const values = fresh.map(([key, { source, instrument, asset }]) => {
    const assetId = assetIds.get(asset) ?? 0;
    const first = assetId * INSTRUMENTS_PER_ASSET;
    const id = (highest.get(assetId) ?? first - 1) + 1;
    if (id >= first + INSTRUMENTS_PER_ASSET) {
      throw tooMany(`instruments of ${asset}`, INSTRUMENTS_PER_ASSET);
    }
    highest.set(assetId, id);
    ids.set(key, { id, newestDay: 0 });
    return { id, asset_id: assetId, source, instrument, newest_day: 0 };
  });
  for (const chunk of chunks(values, ROWS_PER_STATEMENT)) {
    await trx.insertInto('instruments').values(chunk).execute();
  }
  return ids;
}

function tooMany(what: string, limit: number): AppError {
  return new AppError('store/full', `the database has room for ${limit} ${what}`);
}
