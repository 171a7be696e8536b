import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { isStableAsset, parseAssetId } from '../../../signals/assets.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { ID, postInfo } from './info.ts';

type TokenNames = ReadonlyMap<number, string>;

const tokensSchema = z.object({ tokens: z.array(z.unknown()) });
const tokenSchema = z.object({ index: z.int().min(0), name: z.string().min(1) });
/** The read in force or under way, so that dexes asked together share one. */
const reads = new WeakMap<SourceHttp, Promise<TokenNames>>();

/** USDC on every dex of this venue. */
const USDC = 0;

/**
 * Is the token a dollar? By the name the venue's token list gives the index (weight 20, read when an
 * index turns up that is not known yet). Throws `SourceError`; `bad-payload` for one without a name.
 */
export async function isDollar(context: FetchContext, index: number): Promise<boolean> {
  if (index === USDC) return true;
  const name = await nameOf(context, index);
  if (name === undefined) {
    throw new SourceError('bad-payload', `${ID} spotMeta: token ${index} has no name`);
  }
  const asset = parseAssetId(name);
  return asset !== undefined && isStableAsset(asset);
}

async function nameOf(context: FetchContext, index: number): Promise<string | undefined> {
  const before = reads.get(context.http);
  const known = (await before?.catch(() => undefined))?.get(index);
  if (known !== undefined) return known;
  const current = reads.get(context.http);
  const read = current === undefined || current === before ? askTokens(context) : current;
  reads.set(context.http, read);
  return (await read).get(index);
}

async function askTokens(context: FetchContext): Promise<TokenNames> {
  const answer = await postInfo(context, { type: 'spotMeta' }, 20);
  const names = new Map<number, string>();
  for (const raw of decodeShape(tokensSchema, answer, 'spotMeta').tokens) {
    const token = tokenSchema.safeParse(raw);
    if (token.success) names.set(token.data.index, token.data.name);
  }
  return names;
}
