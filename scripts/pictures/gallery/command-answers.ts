import type { SourceTitles } from '../../../src/alerts/describe-coverage.ts';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import type { MarketBook } from '../../../src/bot/market-lookup.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetState } from '../../../src/signals/model/reading.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { GalleryItem } from './gallery-item.ts';
import { sampleMarket, VENUE_TITLES } from './sample-market.ts';
import { sampleReading } from './sample-readings.ts';

const LINES = [
  'risk eth',
  'risk',
  'top',
  'subscribe',
  'subscribe ETH shock-below 3%',
  'subscriptions',
  'whatif eth 5',
  'funding eth',
  'funding',
  'oi eth',
  'oi',
  'venues eth',
  'liquidations eth',
  'liquidations btc',
  'mute 8h',
  'test',
  'deliveries',
  'help',
  'help subscribe',
];

/** Coins, score down, score up, critical shock. */
const COINS: readonly (readonly [string, number, number, number?])[] = [
  ['BTC', 43, 38, 0.071],
  ['ETH', 66, 44, 0.0155],
  ['SOL', 58, 61, 0.034],
  ['HYPE', 72, 39, 0.012],
  ['DOGE', 47, 52],
  ['XRP', 41, 40, 0.083],
  ['FARTCOIN', 55, 49, 0.045],
];

/**
 * Answers to these lines, run by the real commands against a store in memory, and the test alert
 * that /test leaves in it.
 */
export async function commandAnswers(at: number, titles: SourceTitles): Promise<GalleryItem[]> {
  const store = await openStore({ url: ':memory:' });
  try {
    await store.readings.save(COINS.map((coin) => stateOf(coin, at)));
    const market = await sampleMarket(store, at);
    const context = contextOf(store, at, new Map([...titles, ...VENUE_TITLES]), market);
    const items: GalleryItem[] = [];
    for (const line of LINES) {
      const [name = '', ...rest] = line.split(' ');
      const command = COMMANDS.find((candidate) => candidate.name === name);
      if (command === undefined) throw new Error(`there is no command ${name}`);
      const doc = await command.run(context, parseText(command, rest.join(' ')));
      items.push({
        name: `answer-${line.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`,
        doc,
        at,
      });
    }
    const sent = await store.outbox.ofChat(context.chat, 10);
    const test = sent.find(({ kind }) => kind === 'test');
    if (test === undefined) throw new Error('/test stored no test alert');
    return [...items, { name: 'test-alert', doc: test.doc, at }];
  } finally {
    await store.close();
  }
}

function stateOf([name, points, upPoints, shock]: (typeof COINS)[number], at: number): AssetState {
  const shockPart = shock === undefined ? {} : { shockFraction: shock };
  return { status: 'ready', reading: sampleReading({ name, at, points, upPoints, ...shockPart }) };
}

function contextOf(
  store: CommandContext['store'],
  at: number,
  sourceTitles: SourceTitles,
  market: MarketBook,
): CommandContext {
  return {
    chat: { platform: 'telegram', chatId: '-1001234567890' },
    now: () => at,
    store,
    status: () => Promise.reject(new Error('nothing runs here whose state could be told')),
    commands: COMMANDS,
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [assetId('BTC'), assetId('ETH')],
    },
    sourceTitles,
    market,
    nextId: () => 'picture-1',
  };
}
