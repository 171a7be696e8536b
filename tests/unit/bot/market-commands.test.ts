import { describe, expect, test } from 'vitest';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import type { MarketBook } from '../../../src/bot/market-lookup.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { discordEmbed } from '../../../src/bot/platforms/discord/discord-embed.ts';
import { textOfHtml } from '../../../src/bot/platforms/telegram/html-spans.ts';
import { telegramHtml } from '../../../src/bot/platforms/telegram/telegram-html.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import type {
  LiquidationMinute,
  ListenedHour,
} from '../../../src/signals/model/liquidation-history.ts';
import type { AssetView, SourceView } from '../../../src/signals/observe/asset-view.ts';
import { type MarketOptions, makeMarket } from '../../fakes/make-market.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { makeInstrument, makeView, VIEW_AT } from '../../fakes/make-view.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const ETH = assetId('ETH');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RUNNING = Math.floor(VIEW_AT / HOUR_MS) * HOUR_MS;
const TITLES = new Map([
  ['bybit', 'Bybit'],
  ['okx', 'OKX'],
  ['gate', 'Gate'],
]);

async function ask(line: string, market?: MarketBook, now = VIEW_AT): Promise<MessageDoc> {
  const [name = '', ...rest] = line.split(' ');
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const store = await openTempStore();
  await store.readings.save([{ status: 'ready', reading: makeReading({ name: 'ETH' }) }]);
  const context = {
    chat: { platform: 'console', chatId: 'terminal' },
    now: () => now,
    store,
    status: async () => makeStatus(),
    commands: COMMANDS,
    settings: { maxSubscriptionsPerChat: 50, maxSubscriptionsPerPlace: 500, defaultAssets: [ETH] },
    sourceTitles: TITLES,
    nextId: () => 'id',
    ...(market && { market }),
  };
  return await command.run(context, parseText(command, rest.join(' ')));
}

async function told(line: string, views: AssetView[], options: MarketOptions = {}) {
  return linesOf(await ask(line, makeMarket(views, options))).join('\n');
}

/** Bybit fresh, OKX silent for a quarter of an hour, Gate without a rate and an index. */
const threeVenues = makeView([
  makeInstrument('bybit', { openInterestBase: 3000, rateFraction: 0.0001 }),
  makeInstrument('okx', { openInterestBase: 1000, rateFraction: 0.0002, ageMs: 900_000 }),
  makeInstrument('gate', { rateFraction: Number.NaN, indexPriceUsd: Number.NaN }),
]);

/** One venue more than there are, with names as long as they come. */
const manyVenues = Array.from({ length: 13 }, (_, index) => `a-venue-named-${index}`);
const manyView = makeView(
  manyVenues.map((source, index) =>
    makeInstrument(source, {
      markPriceUsd: 97_300.12,
      indexPriceUsd: 97_200.12,
      openInterestBase: 10_000 + index,
      rateFraction: -0.01234,
      intervalHours: 8,
      ageMs: index < 2 ? 1_000_000 : 40_000,
    }),
  ),
);

describe('before the first look at the market', () => {
  test.each(['funding eth', 'funding', 'oi eth', 'oi', 'venues eth', 'liquidations eth'])(
    '“%s” says that it is warming up, and shows no figure',
    async (line) => {
      for (const market of [undefined, makeMarket([])]) {
        const doc = await ask(line, market);
        expect(linesOf(doc).join(' ')).toContain('Warming up');
        expect(doc).not.toHaveProperty('figure');
      }
    },
  );

  test('a coin that nobody lists is a mistake, with a close name', async () => {
    const market = makeMarket([threeVenues]);
    await expect(ask('venues ethh', market)).rejects.toThrow('Did you mean ETH?');
  });
});

describe('/funding of a coin', () => {
  test('says who pays, over all venues and by venue with its own interval', async () => {
    const text = await told('funding eth', [threeVenues]);
    // (3 x 0.1095 + 0.219) / 4 a year.
    expect(text).toContain('Longs pay 13.7 % a year, 0.0125 % per 8 h');
    expect(text).toContain('Bybit | 10.9 % | 0.0100%/8h');
  });

  test('shows the age instead of the rate of a silent venue, and names it with the others missing', async () => {
    const text = await told('funding eth', [threeVenues]);
    expect(text).toContain('OKX | 21.9 % | 15 min old');
    expect(text).toContain(
      '1 of 3 venues fresh, oldest 15 min; silent: OKX (timeout, 15 min old); no figure: Gate',
    );
  });

  test('ages by the time that has passed since the look', async () => {
    const doc = await ask('funding eth', makeMarket([threeVenues]), VIEW_AT + 10 * MINUTE_MS);
    expect(doc.footer).toContain('oldest 25 min; silent: OKX (timeout, 25 min old)');
  });

  test('a venue that never answered counts as missing', async () => {
    const view = makeView([makeInstrument('bybit')]);
    view.coverage.missing.push({ source: 'okx', wanted: 'market', reason: 'never-seen' });
    expect(await told('funding eth', [view])).toContain(
      '1 of 2 venues fresh, oldest 40 s; silent: OKX (never seen)',
    );
  });

  test('tells how few samples there are instead of a comparison', async () => {
    expect(await told('funding eth', [threeVenues])).toContain(
      '(0 of 28 samples for a comparison)',
    );
  });

  test('is compared with as much of the past as there is, and says how much', async () => {
    const hours = Array.from({ length: 240 }, (_, index) => ({
      hourAt: RUNNING - (240 - index) * HOUR_MS,
      closePriceUsd: 2500,
      highPriceUsd: 2500,
      lowPriceUsd: 2500,
      fundingAnnualFraction: 0.1,
    }));
    const text = await told('funding eth', [threeVenues], { past: { hours } });
    expect(text).toContain('(median of 10 d 10.0 %, z +1.8)');
    expect(text).toContain('Moves within a day: 0.0 % (median of 10 d 0.0 %, z 0.0)');
  });

  test('negative: shorts pay', async () => {
    const view = makeView([makeInstrument('bybit', { rateFraction: -0.0001 })]);
    const doc = await ask('funding eth', makeMarket([view]));
    expect(linesOf(doc).join('\n')).toContain('Shorts pay 10.9 % a year');
    expect(doc.figure).toMatchObject({
      kind: 'funding-venues',
      venues: [{ name: 'Bybit', fresh: true }],
      history: [],
    });
  });

  test('without any rate says so and draws nothing', async () => {
    const view = makeView([makeInstrument('bybit', { rateFraction: Number.NaN })]);
    const doc = await ask('funding eth', makeMarket([view]));
    expect(linesOf(doc)).toContain('No venue has told a funding rate yet.');
    expect(doc).not.toHaveProperty('figure');
  });
});

function coin(name: string, rateFraction: number, options: object = {}): AssetView {
  const instrument = makeInstrument('bybit', {
    openInterestBase: 20_000,
    rateFraction,
    ...options,
  });
  return makeView([instrument], { asset: assetId(name) });
}

describe('/funding of all coins', () => {
  test('ranks coins only, large ones only, and none that nobody confirms', async () => {
    const doc = await ask(
      'funding',
      makeMarket([
        coin('HIGH', 0.001),
        coin('LOW', -0.001),
        coin('SMALL', 0.1, { openInterestBase: 10 }),
        coin('TSLA', 0.2, { assetClass: 'stock' }),
        coin('STALE', 0.3, { ageMs: 900_000 }),
      ]),
    );
    const tables = doc.blocks.flatMap((block) => (block.kind === 'table' ? [block.rows] : []));
    expect(tables.map((rows) => rows.slice(1).map(([name]) => name))).toEqual([['HIGH'], ['LOW']]);
    expect(tables[0]?.[1]).toEqual(['HIGH', '109.5 %', '0.100%', '$50m']);
    expect(linesOf(doc).join('\n')).toContain('1 without a fresh rate left out');
  });

  test('names the venues that are silent', async () => {
    const exchanges: SourceView[] = [
      {
        source: 'bybit',
        kind: 'exchange',
        state: 'fresh',
        fresh: true,
        lastSeenAt: VIEW_AT - 5000,
      },
      { source: 'okx', kind: 'exchange', state: 'late', fresh: false, lastSeenAt: VIEW_AT - 1e6 },
      { source: 'gate', kind: 'exchange', state: 'missing', fresh: false },
      { source: 'old', kind: 'exchange', state: 'retired', fresh: false },
    ];
    for (const line of ['funding', 'oi']) {
      const text = await told(line, [coin('HIGH', 0.001)], { exchanges });
      expect(text).toContain(
        '1 of 3 venues fresh, oldest 5 s; silent: OKX (17 min old), Gate (never seen)',
      );
    }
  });
});

function dayAgo(source: string, openInterestBase: number, name = 'ETH'): InstrumentHour {
  const hourAt = RUNNING - 25 * HOUR_MS;
  return { source, instrument: 'ETHUSDT', asset: assetId(name), hourAt, openInterestBase };
}

describe('/oi', () => {
  test('counts the change in coins over the venues that have both figures', async () => {
    const text = await told('oi eth', [threeVenues], {
      marketHours: [dayAgo('bybit', 2000), dayAgo('okx', 2000)],
    });
    expect(text).toContain('0.0 % in 24 h, counted in coins at 2 venues with both figures');
    expect(text).toContain('Bybit | $7.5m (60 %) | +50.0 % | 1.50x');
    expect(text).toContain('OKX | $2.5m (20 %) | -50.0 % | 0.50x');
    expect(text).toContain('Gate | $2.5m (20 %) |  | 0.50x');
    expect(text).toContain('2 of 3 venues fresh, oldest 15 min; silent: OKX (timeout, 15 min old)');
  });

  test('says what is not known instead of showing none', async () => {
    const text = await told('oi eth', [threeVenues]);
    expect(text).toContain('How it changed in 24 h is not known yet.');
    expect(text).toContain('Estimated leverage: not known: no venue passes on the supply');
  });

  test('gives open interest over the supply, with who told it', async () => {
    const supply = { supplyBase: 100_000, source: 'bybit', observedAt: VIEW_AT };
    expect(await told('oi eth', [threeVenues], { supply })).toContain(
      'Estimated leverage: 5.00 % of the coins in circulation, as Bybit counts them (0 of 28 samples for a comparison)',
    );
  });

  test('of all coins: what grew, what shrank, and how many have no past', async () => {
    const views = [coin('UP', 0.0001), coin('DOWN', 0.0001), coin('NEW', 0.0001)];
    const marketHours = [dayAgo('bybit', 10_000, 'UP'), dayAgo('bybit', 40_000, 'DOWN')];
    const text = await told('oi', views, { marketHours });
    expect(text).toContain('Grew most\nCoin | OI | 24 h\nUP | $50m | +100.0 %\nShrank most');
    expect(text).toContain('DOWN | $50m | -50.0 %');
    expect(text).toContain('2 of the largest coins compared, 1 without a figure of a day ago');
  });
});

describe('/venues', () => {
  test('shows one row a venue, with age', async () => {
    const view = makeView([
      makeInstrument('bybit', { markPriceUsd: 2501, openInterestBase: 3000 }),
      makeInstrument('bybit', { instrument: 'ETHPERP', openInterestBase: 1000, ageMs: 60_000 }),
    ]);
    expect(await told('venues eth', [view])).toContain(
      'Bybit | $2,501 (index $2,500, +0.040 %) | 0.0100 % per 8 h (10.9 % a year) | $10m in 2 markets | $10m | 0.0100 % | $2m/$2m | 60 s',
    );
  });

  test('names what is late and what is quarantined, with the reason', async () => {
    const view = makeView(threeVenues.instruments, {
      quarantined: [{ source: 'gate', instrument: 'ETHUSDT', markPriceUsd: 1900 }],
    });
    const text = await told('venues eth', [view]);
    expect(text).toContain('OKX: late, timeout, last figures 15 min old');
    expect(text).toContain(
      'Gate ETHUSDT: not used for the price, its mark $1,900 is too far from the others',
    );
  });

  test('a quarantined mark is not in the basis', async () => {
    const view = makeView(
      [
        makeInstrument('bybit', { markPriceUsd: 2505 }),
        makeInstrument('gate', { markPriceUsd: 1900 }),
      ],
      { quarantined: [{ source: 'gate', instrument: 'ETHUSDT', markPriceUsd: 1900 }] },
    );
    expect(await told('venues eth', [view])).toContain(
      'Basis: +0.200 % (1 of 1 venue with an index fresh)',
    );
  });

  test('names of markets from outside are cut and stand on one line', async () => {
    const instrument = `@everyone <b>\n/mute 9d\u202e ${'x'.repeat(5000)}`;
    const hostile = makeInstrument('bybit', { instrument });
    const view = makeView([{ ...hostile, absentSince: VIEW_AT - HOUR_MS }], {
      quarantined: Array.from({ length: 50 }, () => {
        return { source: 'bybit', instrument, markPriceUsd: 1 };
      }),
    });
    const doc = await ask('venues eth', makeMarket([view]));
    const lines = linesOf(doc).filter((line) => line.includes('@everyone'));
    expect(lines.length).toBeLessThanOrEqual(8);
    for (const line of lines) {
      expect(line).not.toMatch(/[\n\u202e]/);
      expect(line.length).toBeLessThan(160);
    }
    expect(linesOf(doc).join(' ')).toContain('and 43 more markets that are not used');
  });
});

describe('/liquidations', () => {
  function heard(source: string, completeness: 'all' | 'lower-bound', last = RUNNING) {
    return Array.from({ length: 24 }, (_, back): ListenedHour => {
      const hourAt = RUNNING - back * HOUR_MS;
      const lastMinuteAt = hourAt + 59 * MINUTE_MS;
      return {
        source,
        hourAt,
        minutes: back === 0 ? 2 : 60,
        lastMinuteAt: Math.min(last, lastMinuteAt),
        completeness,
      };
    }).filter(({ hourAt }) => hourAt <= last);
  }

  function closing(overrides: Partial<LiquidationMinute>): LiquidationMinute {
    return {
      asset: ETH,
      source: 'bybit',
      minuteAt: RUNNING,
      side: 'long',
      usd: 1e6,
      count: 1,
      completeness: 'all',
      ...overrides,
    };
  }

  test('sums both sides of the hour and the day by venue', async () => {
    const text = await told('liquidations eth', [threeVenues], {
      publishing: ['bybit'],
      listened: heard('bybit', 'all'),
      closings: [
        closing({}),
        closing({ side: 'short', usd: 2e6 }),
        closing({ minuteAt: RUNNING - 2 * HOUR_MS, usd: 3e6 }),
      ],
    });
    expect(text).toContain('ETH liquidations in 24 h: $4m of longs, $2m of shorts');
    expect(text).toContain('Bybit | $1m/$2m | $4m/$2m');
    expect(text).toContain('1 of 1 feed up');
  });

  test('of a feed that leaves some out are the least it was', async () => {
    const text = await told('liquidations eth', [threeVenues], {
      publishing: ['okx'],
      listened: heard('okx', 'lower-bound'),
      closings: [closing({ source: 'okx', completeness: 'lower-bound' })],
    });
    expect(text).toContain('in 24 h: at least $1m of longs');
    expect(text).toContain('OKX | ≥$1m/$0 | ≥$1m/$0');
    expect(text).toContain('Leave some out, so at least this much: OKX');
  });

  test('of nobody heard are not known, not none', async () => {
    const doc = await ask('liquidations eth', makeMarket([threeVenues], { publishing: ['bybit'] }));
    const text = linesOf(doc).join('\n');
    expect(text).toContain('ETH liquidations: not known');
    expect(text).toContain('whether there were any is not known');
    expect(text).toContain('Not heard in 24 h: Bybit');
    expect(text).toContain('No feed is read, so nothing of them is in here: OKX, Gate');
    expect(text).not.toContain('$0');
    expect(doc).not.toHaveProperty('figure');
  });

  test('name the feed that fell silent and the one that was there for a part of the day only', async () => {
    const doc = await ask(
      'liquidations eth',
      makeMarket([threeVenues], {
        publishing: ['bybit', 'okx', 'gate'],
        listened: [
          ...heard('bybit', 'all'),
          ...heard('okx', 'all', RUNNING - 3 * HOUR_MS),
          ...heard('gate', 'all').slice(0, 6),
        ],
      }),
    );
    const text = linesOf(doc).join('\n');
    expect(text).toContain('at least $0 of longs');
    expect(text).toContain('OKX | silent | ≥$0/$0');
    expect(text).toContain('Heard for a part of the day: Gate (22 %)');
    expect(doc.footer).toContain('2 of 3 feeds up');
    expect(doc.footer).toContain('silent: OKX (last heard 3 h ago)');
    expect(doc.figure).toMatchObject({ kind: 'liquidations', lowerBound: true });
  });

  test('are compared with the same hour of the week once there are three of it', async () => {
    const weeks = (count: number): MarketOptions => {
      const past = Array.from({ length: count }, (_, week) => RUNNING - (week + 1) * 168 * HOUR_MS);
      return {
        publishing: ['bybit'],
        listened: [
          ...past.map((hourAt) => {
            return { ...closing({}), hourAt, minutes: 60, lastMinuteAt: hourAt };
          }),
          ...heard('bybit', 'all'),
        ],
        closingHours: past.map((hourAt) => ({ ...closing({ usd: 5e5 }), hourAt })),
        closings: [closing({})],
      };
    };
    expect(await told('liquidations eth', [threeVenues], weeks(2))).toContain(
      'Not compared with the usual: that takes this hour of the week in 3 weeks without a break, and there are at most 2.',
    );
    expect(await told('liquidations eth', [threeVenues], weeks(3))).toContain(
      'Against the usual at this hour of the week: 5 min 24x (z +3.0), 15 min 8.00x (z +2.1), 60 min 2.00x (z +0.7). Compared: Bybit.',
    );
  });
});

describe('thirteen venues', () => {
  const listened = manyVenues.map((source): ListenedHour => {
    return { source, hourAt: RUNNING, minutes: 2, lastMinuteAt: RUNNING, completeness: 'all' };
  });
  const options: MarketOptions = {
    publishing: manyVenues,
    listened,
    marketHours: manyVenues.map((source) => dayAgo(source, 9000)),
  };

  test.each(['funding eth', 'oi eth', 'venues eth', 'liquidations eth'])(
    '“%s” names each of them within the limits of both platforms',
    async (line) => {
      const doc = await ask(line, makeMarket([manyView], options));
      const commands = new Set(COMMANDS.map(({ name }) => name));
      const mostUnits = doc.figure === undefined ? 4096 : 1024;
      const caption = textOfHtml(telegramHtml(doc, { mostUnits, commands }));
      expect(caption.length).toBeLessThanOrEqual(mostUnits);
      const { description = '' } = discordEmbed(doc);
      expect(description.length).toBeLessThanOrEqual(4096);
      for (const name of manyVenues) {
        expect(caption, name).toContain(name);
        expect(description.replaceAll('\\', ''), name).toContain(name);
      }
      expect(JSON.stringify(doc).length).toBeLessThan(40_000);
    },
  );
});
