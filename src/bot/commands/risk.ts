import { readingFooter } from '../../alerts/describe-coverage.ts';
import { ladderFigure } from '../../alerts/describe-figure.ts';
import { fullBlocks, scoreText } from '../../alerts/describe-reading.ts';
import { formatPercent, formatPrice, formatUsd } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { type AssetId, SIDES } from '../../signals/model/ids.ts';
import type { Reading } from '../../signals/model/reading.ts';
import { stateOf, statesOf } from '../answers/known-assets.ts';
import { overviewBlocks, overviewFooter, readingsOf, warmingText } from '../answers/overview.ts';
import { type CommandContext, defineCommand } from './define.ts';

/** Rows that still fit one message beside everything else. */
const MOST_ASSETS = 20;

/** `/risk`: this chat's coins at a glance; `/risk eth`: everything about one. */
export const riskCommand = defineCommand({
  name: 'risk',
  summary: 'How fragile the market is now: your coins at a glance, or one coin in full',
  options: [{ name: 'asset', summary: 'A coin, for example BTC', required: false, type: 'asset' }],
  access: 'anyone',
  examples: ['risk', 'risk eth'],
  async run(context, values) {
    const asset = values.asset('asset');
    return asset === undefined ? await atAGlance(context) : await inFull(context, asset);
  },
});

async function inFull(context: CommandContext, asset: AssetId): Promise<MessageDoc> {
  const now = context.now();
  const titles = context.sourceTitles ?? new Map();
  const state = await stateOf(context.store.readings, asset);
  if (state.status === 'warming-up') {
    const text = `${warmingText(state.warming, now)}.`;
    return { title: `${asset} risk`, tone: 'info', blocks: [{ kind: 'text', text }] };
  }
  const { reading } = state;
  const { down, up } = reading;
  const scores = `down ${scoreText(down)} ${down.level}, up ${scoreText(up)} ${up.level}`;
  return {
    title: `${asset} risk: ${scores}`,
    tone: 'info',
    blocks: [...fullBlocks(reading, now, titles), marketFields(reading)],
    footer: readingFooter(reading, now, titles),
    figure: ladderFigure(reading, SIDES, undefined, titles),
  };
}

function marketFields(reading: Reading): Block {
  const fields = [
    { name: 'Price', value: formatPrice(reading.priceUsd) },
    { name: 'Open interest', value: formatUsd(reading.openInterestUsd) },
    { name: '24 h volatility', value: formatPercent(reading.sigma24hFraction) },
  ];
  if (reading.fundingAnnualFraction !== undefined) {
    fields.push({
      name: 'Funding',
      value: `${formatPercent(reading.fundingAnnualFraction)} a year`,
    });
  }
  return { kind: 'fields', fields };
}

async function atAGlance(context: CommandContext): Promise<MessageDoc> {
  const now = context.now();
  const subscribed = await context.store.subscriptions.ofChat(context.chat);
  const named = [...new Set(subscribed.flatMap(({ asset }) => (asset === '*' ? [] : [asset])))];
  const assets = named.length > 0 ? named : context.settings.defaultAssets;
  const states = await statesOf(context.store.readings, assets.slice(0, MOST_ASSETS));
  const blocks = overviewBlocks(states, now);
  if (blocks.length === 0) {
    blocks.push({ kind: 'text', text: 'Warming up: the first look at the market is under way.' });
  }
  if (assets.length > MOST_ASSETS) {
    blocks.push({ kind: 'text', text: `and ${assets.length - MOST_ASSETS} more coins` });
  }
  return {
    title: named.length > 0 ? 'Risk of your coins' : 'Risk at a glance',
    tone: 'info',
    blocks,
    ...overviewFooter(readingsOf(states), now, context.sourceTitles ?? new Map()),
  };
}
