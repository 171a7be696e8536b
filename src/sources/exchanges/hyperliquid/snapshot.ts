import type { Gap } from '../../../signals/model/observations.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { createTally } from '../../kit/tally.ts';
import { readBuilderDexes } from './builder-dexes.ts';
import { ID, postInfo } from './info.ts';
import { decodeDex, observeDex } from './rows.ts';

/** Hyperliquid's own perpetuals in one call, then those of the builder-deployed dexes in turns. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const answer = decodeDex(await postInfo(context, { type: 'metaAndAssetCtxs' }, 20));
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const own = observeDex(answer, { categories: new Map(), observedAt: context.now(), tally });
  const others = await readBuilderDexes(context, gaps, tally);
  return tally.batch([...own, ...others], gaps);
}
