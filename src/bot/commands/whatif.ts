import { readingFooter } from '../../alerts/describe-coverage.ts';
import { ladderFigure } from '../../alerts/describe-figure.ts';
import { formatPercent, formatPrice, formatUsd } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import type { Side } from '../../signals/model/ids.ts';
import { SIDES } from '../../signals/model/ids.ts';
import type { Interval, Reach, Reading } from '../../signals/model/reading.ts';
import { whatIf } from '../../signals/what-if.ts';
import { stateOf } from '../answers/known-assets.ts';
import { warmingText } from '../answers/overview.ts';
import { commandHint } from '../text/no-break.ts';
import { defineCommand } from './define.ts';

const LEAST_FRACTION = 0.001;
const MOST_FRACTION = 0.6;

/** `/whatif eth 5`: what a move from outside would set off. A plus sign asks about a rise. */
export const whatifCommand = defineCommand({
  name: 'whatif',
  summary: 'What a price move would set off: forced trading and where it would end',
  options: [
    { name: 'asset', summary: 'A coin, for example ETH', required: true, type: 'asset' },
    {
      name: 'percent',
      summary: 'The move: 5 or -5 is a fall of 5 %, +5 a rise',
      required: true,
      type: 'move',
    },
  ],
  access: 'anyone',
  examples: ['whatif eth 5', 'whatif btc +3%'],
  async run(context, values): Promise<MessageDoc> {
    const asset = values.asset('asset');
    const moveFraction = values.percent('percent');
    if (asset === undefined || moveFraction === undefined) {
      throw new CommandError(
        `Write a coin and a move, for example ${commandHint('whatif eth 5')}.`,
      );
    }
    const size = Math.abs(moveFraction);
    if (size < LEAST_FRACTION || size > MOST_FRACTION) {
      throw new CommandError('The move must lie between 0.1 % and 60 %.');
    }
    const now = context.now();
    const side: Side = moveFraction < 0 ? 'down' : 'up';
    const title = `${asset}: what if it ${side === 'down' ? 'falls' : 'rises'} ${formatPercent(size)}`;
    const state = await stateOf(context.store.readings, asset);
    if (state.status === 'warming-up') {
      const text = `${warmingText(state.warming, now)}.`;
      return { title, tone: 'info', blocks: [{ kind: 'text', text }] };
    }
    const { reading } = state;
    const titles = context.sourceTitles ?? new Map();
    const reach = whatIf(reading, side, size);
    const mark = { side, shockFraction: size, endFraction: reach.endFraction };
    return {
      title,
      tone: 'info',
      blocks: reachBlocks(reading, side, reach),
      footer: readingFooter(reading, now, titles),
      figure: ladderFigure(reading, SIDES, mark, titles),
    };
  },
});

function reachBlocks(reading: Reading, side: Side, reach: Reach): Block[] {
  const forced = side === 'down' ? 'Forced sales' : 'Forced buying';
  const at = (fraction: number) => {
    const sign = side === 'down' ? -1 : 1;
    const price = formatPrice(reading.priceUsd * (1 + sign * fraction));
    return `${sign < 0 ? '-' : '+'}${formatPercent(fraction)}, ${price}`;
  };
  const fields = [
    { name: 'Price now', value: formatPrice(reading.priceUsd) },
    { name: 'The move', value: at(reach.shockFraction) },
    { name: forced, value: rangeText(reach.forcedUsd) },
    { name: 'Known exactly', value: `${formatPercent(reach.exactShareFraction, 0)} (lending)` },
    { name: 'Ends near', value: at(reach.endFraction) },
    { name: 'With a thin book', value: `${at(reach.endStressedFraction)} (a tenth of the depth)` },
    { name: 'Amplification', value: `${reach.amplification.toFixed(2)}x the move itself` },
  ];
  return [
    { kind: 'text', text: verdict(reading, side, reach) },
    { kind: 'fields', fields },
  ];
}

/** The range only where there is one: lending alone is known exactly. */
function rangeText({ low, point, high }: Interval): string {
  const range = low < high ? ` (${formatUsd(low)} to ${formatUsd(high)})` : '';
  return `${formatUsd(point)}${range}`;
}

function verdict(reading: Reading, side: Side, reach: Reach): string {
  const critical = reading[side].criticalShockFraction;
  if (reach.forcedUsd.point < 1) return 'No forced trading that we know of would follow.';
  if (critical === undefined) {
    return 'Forced trading would add to the move, but no move within reach feeds itself.';
  }
  const place = `the critical shock of ${formatPercent(critical)}`;
  return reach.shockFraction >= critical
    ? `This is beyond ${place}: the move would feed itself.`
    : `This stays short of ${place}.`;
}
