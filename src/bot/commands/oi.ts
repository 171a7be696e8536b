import { titleOf } from '../../alerts/describe-coverage.ts';
import { formatPercent, formatUsd, formatUtc } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { type InterestChanges, interestChanges } from '../../signals/aggregates/interest-change.ts';
import {
  coverageBy,
  type MarketAggregates,
  marketAggregates,
} from '../../signals/aggregates/market-aggregates.ts';
import { ratioOf } from '../../signals/aggregates/open-interest-to-volume.ts';
import { AGGREGATES } from '../../signals/aggregates/settings.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetView } from '../../signals/observe/asset-view.ts';
import { CHART_DAYS, chartHours, shortNumber } from '../answers/chart-points.ts';
import { venueMarkets } from '../answers/main-market.ts';
import { exchangesFooter, marketCoverage, marketFooter } from '../answers/market-coverage.ts';
import { openBook, viewOf, warmingUp } from '../answers/market-of.ts';
import { formatChange, formatRatio, pastText } from '../answers/market-words.ts';
import { worthyCoins } from '../answers/worthy.ts';
import { type CommandContext, defineCommand } from './define.ts';

const HOUR_MS = 3_600_000;
/** A day ago, and some hours beside it in case one is missing. */
const LOOK_BACK_MS = 28 * HOUR_MS;
/** Coins whose stored history is looked at for the list. */
const MOST_COMPARED = 80;
/** Coins at each end of the list. */
const ENDS = 8;
const PAST = AGGREGATES.sampleEveryHours;

/** `/oi btc`: open positions by venue; `/oi`: where they came and went most. */
export const oiCommand = defineCommand({
  name: 'oi',
  summary: 'Open interest: one coin by venue, or the coins where it changed most in a day',
  options: [{ name: 'asset', summary: 'A coin, for example BTC', required: false, type: 'asset' }],
  access: 'anyone',
  examples: ['oi btc', 'oi'],
  async run(context, values) {
    const asset = values.asset('asset');
    return asset === undefined ? await largestChanges(context) : await byVenue(context, asset);
  },
});

async function byVenue(context: CommandContext, asset: AssetId): Promise<MessageDoc> {
  const seen = await viewOf(context, asset);
  if (seen === undefined) return warmingUp(`${asset} open interest`);
  const { market, view } = seen;
  const now = context.now();
  const titles = context.sourceTitles ?? new Map();
  const past = await market.past(asset);
  const changes = interestChanges(
    view.instruments,
    await market.marketHours(asset, view.at - LOOK_BACK_MS),
    view.at,
  );
  const supply = market.supply(asset);
  const said = marketAggregates({
    view,
    hours: past.hours,
    instrumentHours: [],
    minutes: [],
    ...(supply === undefined ? {} : { supply }),
  });
  const coverage = coverageBy(view.instruments, ({ openInterest }) => openInterest);
  const history = chartHours(past.hours, view.at).map((hour) => ({
    at: hour.hourAt,
    ...(hour.openInterestBase === undefined
      ? {}
      : { openInterestBase: shortNumber(hour.openInterestBase) }),
    priceUsd: shortNumber(hour.closePriceUsd),
  }));
  return {
    title: `${asset} open interest: ${formatUsd(view.openInterestUsd)}`,
    tone: 'info',
    blocks: [
      { kind: 'text', text: changeText(changes) },
      venueTable(view, changes, titles),
      leverageFields(said, titles),
    ],
    footer: marketFooter(coverage, view, now, titles),
    figure: {
      kind: 'open-interest',
      asset,
      at: view.at,
      openInterestUsd: view.openInterestUsd,
      history,
      caption: `${CHART_DAYS} days, all venues · ${formatUtc(view.at)} · ${marketCoverage(coverage, view, view.at, titles)}`,
    },
  };
}

function changeText({ total, byVenue }: InterestChanges): string {
  if (total === undefined) return 'How it changed in 24 h is not known yet.';
  const venues = `${byVenue.size} ${byVenue.size === 1 ? 'venue' : 'venues'}`;
  return `${formatChange(total.fraction)} in 24 h, counted in coins at ${venues} with both figures.`;
}

function venueTable(
  view: AssetView,
  { byVenue }: InterestChanges,
  titles: ReadonlyMap<string, string>,
): Block {
  const priceUsd = view.price?.usd;
  const rows = venueMarkets(view.instruments).map(({ source, markets, openInterestBase }) => {
    const change = byVenue.get(source);
    const ratio = ratioOf(markets);
    const isKnown = markets.some(({ openInterest }) => openInterest !== undefined);
    const share = openInterestBase / view.openInterestBase;
    const usd = priceUsd === undefined ? Number.NaN : openInterestBase * priceUsd;
    return [
      titleOf(source, titles),
      isKnown ? `${formatUsd(usd)} (${shareText(share)})` : 'no figure',
      change === undefined ? '' : formatChange(change.fraction),
      ratio === undefined ? '' : formatRatio(ratio),
    ];
  });
  return { kind: 'table', rows: [['Venue', 'OI', '24 h', 'OI/vol'], ...rows] };
}

function shareText(fraction: number): string {
  return fraction > 0 && fraction < 0.005 ? '<1 %' : formatPercent(fraction, 0);
}

function leverageFields(
  { interestToVolume, leverage }: MarketAggregates,
  titles: ReadonlyMap<string, string>,
): Block {
  const fields = [];
  if (interestToVolume !== undefined) {
    const { ratio, past } = interestToVolume;
    fields.push({
      name: 'Over 24 h volume',
      value: `${formatRatio(ratio)} (${pastText(past, PAST, formatRatio)})`,
    });
  }
  const format = (fraction: number) => formatPercent(fraction, 2);
  fields.push({
    name: 'Estimated leverage',
    value:
      leverage === undefined
        ? 'not known: no venue passes on the supply'
        : `${format(leverage.ratio)} of the coins in circulation, as ${titleOf(leverage.supply.source, titles)} counts them (${pastText(leverage.past, PAST, format)})`,
  });
  return { kind: 'fields', fields };
}

async function largestChanges(context: CommandContext): Promise<MessageDoc> {
  const market = openBook(context);
  if (market === undefined) return warmingUp('Open interest');
  const views = worthyCoins(market.views()).slice(0, MOST_COMPARED);
  const changed: { view: AssetView; fraction: number }[] = [];
  for (const view of views) {
    const hours = await market.marketHours(view.asset, view.at - LOOK_BACK_MS);
    const { total } = interestChanges(view.instruments, hours, view.at);
    if (total !== undefined) changed.push({ view, fraction: total.fraction });
  }
  changed.sort((a, b) => b.fraction - a.fraction);
  const table = (rows: typeof changed): Block => ({
    kind: 'table',
    rows: [
      ['Coin', 'OI', '24 h'],
      ...rows.map(({ view, fraction }) => [
        view.asset,
        formatUsd(view.openInterestUsd),
        formatChange(fraction),
      ]),
    ],
  });
  const growing = changed.filter(({ fraction }) => fraction > 0).slice(0, ENDS);
  const falling = changed
    .filter(({ fraction }) => fraction < 0)
    .slice(-ENDS)
    .reverse();
  const blocks: Block[] = [];
  if (growing.length > 0) blocks.push({ kind: 'text', text: 'Grew most' }, table(growing));
  if (falling.length > 0) blocks.push({ kind: 'text', text: 'Shrank most' }, table(falling));
  const unknown = views.length - changed.length;
  const left = unknown === 0 ? '' : `, ${unknown} without a figure of a day ago left out`;
  blocks.push({
    kind: 'text',
    text: `${changed.length} of the largest coins compared${left}; counted in coins, over the same markets then and now.`,
  });
  const [first] = market.views();
  return {
    title: changed.length === 0 ? 'Open interest' : 'Largest changes of open interest in 24 h',
    tone: 'info',
    blocks,
    footer: exchangesFooter(
      market.exchanges(),
      first?.at ?? context.now(),
      context.now(),
      context.sourceTitles ?? new Map(),
    ),
  };
}
