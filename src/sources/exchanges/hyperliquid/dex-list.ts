import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { ID, postInfo } from './info.ts';
import { DEX_NAME } from './name.ts';

export interface DexList {
  /** Builder-deployed dexes; Hyperliquid's own has no name. */
  names: readonly string[];
  /** Dexes whose names could not be read: what they list is not known. */
  unreadable: number;
  /** What the venue files their markets under, by instrument: `stocks`, `commodities`, `crypto` … */
  categories: ReadonlyMap<string, string>;
}

const KEEP_MS = 600_000;
const lists = new WeakMap<SourceHttp, { readAt: number; list: DexList }>();

const rowsSchema = z.array(z.unknown());
const dexSchema = z.object({ name: z.string().regex(DEX_NAME) });
const categorySchema = z.tuple([z.string().min(1), z.string().min(1)]);

/**
 * The dexes there are and what their markets are on, read every ten minutes (weight 40). A read
 * that fails leaves the list of before in force; throws `SourceError` while there is none.
 */
export async function readDexList(context: FetchContext): Promise<DexList> {
  const known = lists.get(context.http);
  const now = context.now();
  if (known !== undefined && now - known.readAt < KEEP_MS) return known.list;
  try {
    const list = await askDexList(context);
    lists.set(context.http, { readAt: now, list });
    return list;
  } catch (error) {
    if (known === undefined || !(error instanceof SourceError)) throw error;
    context.log.debug({ source: ID, reason: error.reason }, 'dexes not read anew');
    return known.list;
  }
}

async function askDexList(context: FetchContext): Promise<DexList> {
  const answer = await postInfo(context, { type: 'perpDexs' }, 20);
  // The first entry is null: Hyperliquid's own.
  const dexes = decodeShape(rowsSchema, answer, 'perpDexs').filter((raw) => raw !== null);
  const names = dexes.flatMap((raw) => dexSchema.safeParse(raw).data?.name ?? []);
  const unreadable = dexes.length - names.length;
  const categories = new Map<string, string>();
  const list = { names, unreadable, categories };
  if (names.length === 0) return list;
  const filed = await postInfo(context, { type: 'perpCategories' }, 20);
  for (const raw of decodeShape(rowsSchema, filed, 'perpCategories')) {
    const row = categorySchema.safeParse(raw);
    if (row.success) categories.set(...row.data);
  }
  return list;
}
