import { titleOf } from '../../alerts/describe-coverage.ts';
import { formatAge, formatPercent, formatUsd, formatUtc } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import type { LiquidationMinute } from '../../signals/model/liquidation-history.ts';
import { type FeedState, feedStates } from '../../signals/nowcast/feed-state.ts';
import { liquidationRate, type RateNowcast } from '../../signals/nowcast/liquidation-rate.ts';
import { listenedHours } from '../../signals/nowcast/usual-hours.ts';
import {
  closingHours,
  dayStart,
  heardShare,
  isWholeDay,
  type SideSums,
  sideSums,
} from '../answers/closings.ts';
import { titlesText } from '../answers/market-coverage.ts';
import { viewOf, warmingUp } from '../answers/market-of.ts';
import { formatRatio, formatZ } from '../answers/market-words.ts';
import type { MarketBook } from '../market-lookup.ts';
import { commandHint } from '../text/no-break.ts';
import { defineCommand } from './define.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As far back as closings are kept. */
const PAST_DAYS = 43;

type Titles = ReadonlyMap<string, string>;

/** `/liquidations btc`: what was force-closed lately, as far as venues publish it. */
export const liquidationsCommand = defineCommand({
  name: 'liquidations',
  summary: 'Positions force-closed in the last hour and day, as far as venues publish it',
  options: [{ name: 'asset', summary: 'A coin, for example BTC', required: true, type: 'asset' }],
  access: 'anyone',
  examples: ['liquidations btc'],
  async run(context, values): Promise<MessageDoc> {
    const asset = values.asset('asset');
    if (asset === undefined) {
      throw new CommandError(`Write a coin, for example ${commandHint('liquidations btc')}.`);
    }
    const seen = await viewOf(context, asset);
    if (seen === undefined) return warmingUp(`${asset} liquidations`);
    const { market } = seen;
    const { liquidations } = market;
    const now = context.now();
    const titles = context.sourceTitles ?? new Map();
    const start = dayStart(now);
    const listened = await liquidations.listened(start - PAST_DAYS * DAY_MS);
    const today = listened.filter(({ hourAt }) => hourAt >= start);
    const feeds = feedStates(today, now);
    const silence = feedList(feeds, market, now, titles);
    if (feeds.length === 0) {
      const text =
        'No feed of forced closings was heard in the last 24 h: whether there were any is not known.';
      return {
        title: `${asset} liquidations: not known`,
        tone: 'info',
        blocks: [{ kind: 'text', text }, ...silence],
        footer: feedsFooter(feeds, now, titles),
      };
    }
    const minutes = await liquidations.minutes(asset, now - DAY_MS);
    const past = await liquidations.hours(asset, start - PAST_DAYS * DAY_MS);
    const rate = liquidationRate({
      minutes,
      past: listenedHours(past, listened),
      listening: new Set(feeds.filter(({ state }) => state === 'up').map(({ source }) => source)),
      now,
    });
    const isWhole = feeds.every((feed) => isWholeDay(feed, now));
    const day = sideSums(minutes, now - DAY_MS);
    return {
      title: `${asset} liquidations in 24 h: ${sumsText(day, isWhole, ' of ', ', ')}`,
      tone: 'info',
      blocks: [
        { kind: 'text', text: rateText(rate, titles) },
        venueTable(feeds, minutes, now, titles),
        ...silence,
      ],
      footer: feedsFooter(feeds, now, titles),
      figure: {
        kind: 'liquidations',
        asset,
        at: now,
        hours: closingHours(await liquidations.minutes(asset, start), today, feeds.length, now),
        lowerBound: !isWhole,
        caption: `${formatUtc(now)} · ${feedsText(feeds, now, titles)}`,
      },
    };
  },
});

function sumsText({ long, short }: SideSums, isWhole: boolean, of: string, joint: string): string {
  const least = isWhole ? '' : 'at least ';
  return `${least}${formatUsd(long)}${of}longs${joint}${formatUsd(short)}${of}shorts`;
}

/** Never more than a ratio: what a feed that leaves closings out shows is no level. */
function rateText({ rates, compared, tooNew, neededWeeks }: RateNowcast, titles: Titles): string {
  if (rates === undefined) {
    const weeks = Math.max(0, ...tooNew.map((own) => own.weeks));
    return `Not compared with the usual: that takes this hour of the week in ${neededWeeks} weeks without a break, and there are at most ${weeks}.`;
  }
  const parts = rates.map(({ windowMinutes, ratio, z }) => {
    const times = ratio === undefined ? formatZ(z) : `${formatRatio(ratio)} (${formatZ(z)})`;
    return `${windowMinutes} min ${times}`;
  });
  const without = tooNew.length === 0 ? '' : `; too new: ${sourceList(tooNew, titles)}`;
  return `Against the usual at this hour of the week: ${parts.join(', ')}. Compared: ${titlesText(compared, titles)}${without}.`;
}

function sourceList(list: readonly { source: string }[], titles: Titles): string {
  return titlesText(
    list.map(({ source }) => source),
    titles,
  );
}

/** Longs and shorts by venue, the largest sums first. */
function venueTable(
  feeds: readonly FeedState[],
  minutes: readonly LiquidationMinute[],
  now: number,
  titles: Titles,
): Block {
  const rows = feeds
    .map((feed) => {
      const own = minutes.filter(({ source }) => source === feed.source);
      const hour = sideSums(own, now - HOUR_MS);
      const day = sideSums(own, now - DAY_MS);
      const isWholeHour = feed.completeness === 'all' && feed.state === 'up';
      return {
        usd: day.long + day.short,
        cells: [
          titleOf(feed.source, titles),
          feed.state === 'silent' ? 'silent' : pairText(hour, isWholeHour),
          pairText(day, isWholeDay(feed, now)),
        ],
      };
    })
    .sort((a, b) => b.usd - a.usd);
  const header = ['Longs/shorts', '1 h', '24 h'];
  return { kind: 'table', rows: [header, ...rows.map(({ cells }) => cells)] };
}

function pairText({ long, short }: SideSums, isWhole: boolean): string {
  return `${isWhole ? '' : '≥'}${formatUsd(long)}/${formatUsd(short)}`;
}

/** What the sums do not hold, and why. */
function feedList(
  feeds: readonly FeedState[],
  market: MarketBook,
  now: number,
  titles: Titles,
): Block[] {
  const heard = new Set(feeds.map(({ source }) => source));
  const exchanges = market
    .exchanges()
    .filter(({ source, state }) => state !== 'retired' && !heard.has(source));
  const isRead = ({ source }: { source: string }) => market.liquidations.isPublishedBy(source);
  const lowerBound = feeds.filter(({ completeness }) => completeness === 'lower-bound');
  const partly = feeds.filter(
    (feed) => feed.completeness === 'all' && !isWholeDay(feed, now) && feed.state !== 'silent',
  );
  const lines = [
    ['Leave some out, so at least this much', sourceList(lowerBound, titles)],
    [
      'Heard for a part of the day',
      partly
        .map((feed) => {
          return `${titleOf(feed.source, titles)} (${formatPercent(heardShare(feed, now), 0)})`;
        })
        .join(', '),
    ],
    ['Not heard in 24 h', sourceList(exchanges.filter(isRead), titles)],
    [
      'No feed is read, so nothing of them is in here',
      sourceList(
        exchanges.filter((exchange) => !isRead(exchange)),
        titles,
      ),
    ],
  ].filter(([, names]) => names !== '');
  if (lines.length === 0) return [];
  return [{ kind: 'list', items: lines.map(([what, names]) => `${what}: ${names}`) }];
}

function feedsText(feeds: readonly FeedState[], now: number, titles: Titles): string {
  const silent = feeds.filter(({ state }) => state === 'silent');
  const up = feeds.length - silent.length;
  const head = `${up} of ${feeds.length} ${feeds.length === 1 ? 'feed' : 'feeds'} up`;
  const oldest = Math.min(...feeds.map(({ lastHeardAt }) => lastHeardAt));
  const names = silent.map(({ source, lastHeardAt }) => {
    return `${titleOf(source, titles)} (last heard ${formatAge(now - lastHeardAt)} ago)`;
  });
  return [
    feeds.length === 0 ? head : `${head}, oldest heard ${formatAge(now - oldest)} ago`,
    ...(names.length === 0 ? [] : [`silent: ${names.join(', ')}`]),
  ].join('; ');
}

function feedsFooter(feeds: readonly FeedState[], now: number, titles: Titles): string {
  return `${feedsText(feeds, now, titles)} · ${formatUtc(now)}`;
}
