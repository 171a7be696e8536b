import { z } from 'zod';
import type { Gap, Observation } from '../../../signals/model/observations.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { gapOf, partOrGaps } from '../../kit/gap.ts';
import type { RowTally } from '../../kit/tally.ts';
import { isDollar } from './collateral.ts';
import { type DexList, readDexList } from './dex-list.ts';
import { dexesOfCycle } from './dex-turns.ts';
import { ID, postInfo } from './info.ts';
import { decodeDex, KINDS, observeDex } from './rows.ts';

interface Memory {
  cycle: number;
  askedIn: Map<string, number>;
  /** What each dex said last. */
  observations: Map<string, readonly Observation[]>;
}

const tokenIndex = z.int().min(0);
const memories = new WeakMap<SourceHttp, Memory>();

/**
 * Markets of the builder-deployed dexes (HIP-3), a call each, in turns (`dex-turns.ts`). Of a dex
 * that is not asked, or does not answer, the observations of before are given again with their own
 * times: an instrument that a whole batch lacks would count as delisted. A failing dex is a gap with
 * its name and costs the others nothing. Dexes with another collateral than a dollar are left out:
 * their prices and open interest are in that token.
 */
export async function readBuilderDexes(
  context: FetchContext,
  gaps: Gap[],
  tally: RowTally,
): Promise<Observation[]> {
  const list = await partOrGaps(ID, KINDS, gaps, () => readDexList(context));
  if (list === undefined) return [];
  const memory = memoryOf(context.http, list.names);
  const turn = dexesOfCycle(list.names, memory.askedIn);
  memory.cycle += 1;
  for (const dex of turn) memory.askedIn.set(dex, memory.cycle);
  await Promise.all(
    turn.map(async (dex) => {
      try {
        memory.observations.set(dex, await readDex(context, dex, list, tally));
      } catch (error) {
        gaps.push(...gapsOf(dex, error, memory));
      }
    }),
  );
  gaps.push(...gapsOfUnread(list, list.names.length - memory.askedIn.size));
  return list.names.flatMap((dex) => memory.observations.get(dex) ?? []);
}

function memoryOf(http: SourceHttp, names: readonly string[]): Memory {
  const known = memories.get(http) ?? { cycle: 0, askedIn: new Map(), observations: new Map() };
  memories.set(http, known);
  for (const dex of known.askedIn.keys()) {
    if (names.includes(dex)) continue;
    known.askedIn.delete(dex);
    known.observations.delete(dex);
  }
  return known;
}

async function readDex(
  context: FetchContext,
  dex: string,
  { categories }: DexList,
  tally: RowTally,
): Promise<readonly Observation[]> {
  const answer = decodeDex(await postInfo(context, { type: 'metaAndAssetCtxs', dex }, 20));
  const collateral = decodeShape(tokenIndex, answer.collateralToken, 'collateralToken');
  if (!(await isDollar(context, collateral))) return [];
  return observeDex(answer, { dex, categories, observedAt: context.now(), tally });
}

/**
 * While the dex's instruments are given again the gap is theirs alone; without them the whole batch
 * is not to be taken for a full list.
 */
function gapsOf(dex: string, error: unknown, memory: Memory): Gap[] {
  const kept = memory.observations.has(dex) ? `${dex}:` : undefined;
  return KINDS.map((wanted): Gap => {
    const gap = gapOf(ID, wanted, error, kept);
    return { ...gap, detail: `dex ${dex}: ${gap.detail}` };
  });
}

function gapsOfUnread({ unreadable }: DexList, waiting: number): Gap[] {
  const told: Pick<Gap, 'reason' | 'detail'>[] = [];
  if (waiting > 0) {
    const detail = `${waiting} builder-deployed dexes are read in the next minutes`;
    told.push({ reason: 'rate-limited', detail });
  }
  if (unreadable > 0) {
    told.push({ reason: 'bad-payload', detail: `${unreadable} dexes have unreadable names` });
  }
  return told.flatMap((why) =>
    KINDS.map((wanted): Gap => ({ kind: 'gap', source: ID, wanted, ...why })),
  );
}
