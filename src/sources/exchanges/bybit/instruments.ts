import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { classOfName, commodityClass, type NonCoinClass } from '../../kit/asset-class.ts';
import { positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { getMarket } from './envelope.ts';
import { coinOf, ID } from './name.ts';

export interface Instrument {
  /** Absent: on a coin. */
  assetClass?: NonCoinClass;
  maxLeverage?: number;
}
export type Instruments = ReadonlyMap<string, Instrument>;

const KEEP_MS = 600_000;
const ROWS_PER_CALL = 1000;
const MOST_PAGES = 10;
const cache = new WeakMap<SourceHttp, { readAt: number; instruments: Instruments }>();

const pageSchema = z.object({ list: z.array(z.unknown()), nextPageCursor: z.string().nullish() });
const nameSchema = z.object({ symbol: z.string().min(1) });
const typeSchema = z.object({ symbolType: z.string() });
const leverageSchema = z.object({ leverageFilter: z.object({ maxLeverage: positiveNumber }) });

/**
 * What the linear contracts are on and their highest leverage, read every ten minutes (inverse ones
 * are all on coins). A read that fails leaves the one before in force; throws `SourceError` while
 * there is none.
 */
export async function readInstruments(context: FetchContext): Promise<Instruments> {
  const known = cache.get(context.http);
  const now = context.now();
  if (known !== undefined && now - known.readAt < KEEP_MS) return known.instruments;
  try {
    const instruments = await askInstruments(context);
    cache.set(context.http, { readAt: now, instruments });
    return instruments;
  } catch (error) {
    if (known === undefined || !(error instanceof SourceError)) throw error;
    context.log.debug({ source: ID, reason: error.reason }, 'instruments not read anew');
    return known.instruments;
  }
}

async function askInstruments(context: FetchContext): Promise<Instruments> {
  const instruments = new Map<string, Instrument>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { category: 'linear', limit: ROWS_PER_CALL };
    const asked = cursor === undefined ? query : { ...query, cursor };
    const { result } = await getMarket(context, 'instruments-info', asked, pageSchema);
    for (const raw of result.list) {
      const symbol = nameSchema.safeParse(raw).data?.symbol;
      if (symbol !== undefined) instruments.set(symbol, instrumentOf(symbol, raw));
    }
    const next = result.nextPageCursor;
    if (next === undefined || next === null || next === '' || result.list.length === 0) break;
    // The cursor comes percent-encoded and is encoded again on its way out.
    cursor = decodeURIComponent(next);
  }
  return instruments;
}

function instrumentOf(symbol: string, raw: unknown): Instrument {
  const base = coinOf(symbol)?.asset ?? '';
  const assetClass = classOfType(typeSchema.safeParse(raw).data?.symbolType, base);
  const maxLeverage = leverageSchema.safeParse(raw).data?.leverageFilter.maxLeverage;
  return {
    ...(assetClass === undefined ? {} : { assetClass }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
  };
}

/**
 * Class by `symbolType`: empty, `innovation` and `adventure` are coins; `stock`, `etf`, `xstocks`
 * and `mstocks` stocks; `commodity` metals too. Where it is absent or a word not known here the name
 * tells.
 */
export function classOfType(
  symbolType: string | undefined,
  base: string,
): NonCoinClass | undefined {
  switch (symbolType) {
    case '':
    case 'innovation':
    case 'adventure':
      return undefined;
    case 'stock':
    case 'etf':
    case 'xstocks':
    case 'mstocks':
      return 'stock';
    case 'commodity':
      return commodityClass(base);
    case 'forex':
      return 'fx';
    default:
      return classOfName(base);
  }
}
