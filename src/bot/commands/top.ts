import type { Block } from '../../alerts/message-doc.ts';
import { SIDES } from '../../signals/model/ids.ts';
import type { SideReading } from '../../signals/model/reading.ts';
import { overviewFooter, overviewTable, readingsOf } from '../answers/overview.ts';
import { defineCommand } from './define.ts';

const ROWS = 10;

/** `/top`: the highest scores of all coins that can alert, both sides. */
export const topCommand = defineCommand({
  name: 'top',
  summary: 'The coins with the highest risk scores, falls and rises together',
  options: [],
  access: 'anyone',
  examples: ['top'],
  async run(context) {
    const now = context.now();
    const states = await context.store.readings.all();
    const ready = readingsOf(states);
    const eligible = ready.filter((reading) => reading.eligibility.eligible);
    const ranked = eligible
      .flatMap((reading) => SIDES.map((side) => ({ reading, seen: reading[side] })))
      .sort((a, b) => points(b.seen) - points(a.seen))
      .slice(0, ROWS);
    const blocks: Block[] = [];
    if (ranked.length > 0) blocks.push(overviewTable(ranked));
    const warmingUp = states.length - ready.length;
    blocks.push({ kind: 'text', text: countText(eligible.length, ready.length, warmingUp) });
    return {
      title: ranked.length === 0 ? 'No scores yet' : 'Highest scores',
      tone: 'info',
      blocks,
      ...overviewFooter(
        [...new Set(ranked.map(({ reading }) => reading))],
        now,
        context.sourceTitles ?? new Map(),
      ),
    };
  },
});

/** As shown: what missing data adds does not rank. */
function points(seen: SideReading): number {
  return Math.min(seen.score.point, seen.scoreFrozen);
}

function countText(eligible: number, ready: number, warmingUp: number): string {
  const parts = [`${eligible} ${eligible === 1 ? 'coin' : 'coins'} ranked`];
  if (ready > eligible) parts.push(`${ready - eligible} without enough data to alert left out`);
  if (warmingUp > 0) parts.push(`${warmingUp} warming up`);
  if (ready + warmingUp === 0) return 'Warming up: the first look at the market is under way.';
  return `${parts.join(', ')}.`;
}
