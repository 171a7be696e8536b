import { titleOf } from '../../alerts/describe-coverage.ts';
import { formatAge, formatPercent, formatUsd, formatUtc } from '../../alerts/format.ts';
import type { FundingFigure } from '../../alerts/market-figures.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { weightedFundingAnnual } from '../../signals/aggregates/funding-level.ts';
import {
  type MarketAggregates,
  marketAggregates,
} from '../../signals/aggregates/market-aggregates.ts';
import { AGGREGATES } from '../../signals/aggregates/settings.ts';
import { type VenueFunding, venueFunding } from '../../signals/aggregates/venue-funding.ts';
import type { AssetHour } from '../../signals/model/history.ts';
import type { AssetId } from '../../signals/model/ids.ts';
import type { AssetView } from '../../signals/observe/asset-view.ts';
import { chartHours, shortNumber } from '../answers/chart-points.ts';
import { venueMarkets } from '../answers/main-market.ts';
import { exchangesFooter, marketCoverage, marketFooter } from '../answers/market-coverage.ts';
import { openBook, viewOf, warmingUp } from '../answers/market-of.ts';
import { formatAnnual, formatRate, pastText } from '../answers/market-words.ts';
import { LEAST_INTEREST_USD, worthyCoins } from '../answers/worthy.ts';
import { type CommandContext, defineCommand } from './define.ts';

/** Coins at each end of the list. */
const ENDS = 8;
const INTERVALS_PER_YEAR = 8760 / 8;
const PAST = AGGREGATES.sampleEveryHours;

/** `/funding btc`: who pays whom, by venue; `/funding`: where it is most extreme. */
export const fundingCommand = defineCommand({
  name: 'funding',
  summary: 'What longs pay shorts: one coin by venue, or the coins where it is most extreme',
  options: [{ name: 'asset', summary: 'A coin, for example BTC', required: false, type: 'asset' }],
  access: 'anyone',
  examples: ['funding btc', 'funding'],
  async run(context, values) {
    const asset = values.asset('asset');
    return asset === undefined ? extremes(context) : await byVenue(context, asset);
  },
});

async function byVenue(context: CommandContext, asset: AssetId): Promise<MessageDoc> {
  const seen = await viewOf(context, asset);
  if (seen === undefined) return warmingUp(`${asset} funding`);
  const { market, view } = seen;
  const now = context.now();
  const titles = context.sourceTitles ?? new Map();
  const venues = venueFunding(view);
  const past = await market.past(asset);
  const said = marketAggregates({
    view,
    hours: past.hours,
    instrumentHours: past.sampledMarketHours,
    minutes: [],
  });
  const { funding } = said;
  if (funding === undefined) {
    const text = 'No venue has told a funding rate yet.';
    return { title: `${asset} funding`, tone: 'info', blocks: [{ kind: 'text', text }] };
  }
  const who = payer(funding.annualFraction);
  const comparison = pastText(funding.past, PAST, formatAnnual);
  const text = `${who} ${formatAnnual(Math.abs(funding.annualFraction))} a year, ${formatRate(Math.abs(funding.per8hFraction))} per 8 h, over all venues weighted by open interest (${comparison}).`;
  return {
    title: `${asset} funding: ${formatAnnual(funding.annualFraction)} a year`,
    tone: 'info',
    blocks: [
      { kind: 'text', text },
      venueTable(view, venues, now, titles),
      ...furtherFields(said, titles),
    ],
    footer: marketFooter(funding.coverage, view, now, titles),
    figure: {
      ...fundingFigure(view, venues, past.hours, titles),
      annualFraction: funding.annualFraction,
      caption: `${formatUtc(view.at)} · ${marketCoverage(funding.coverage, view, view.at, titles)}`,
    },
  };
}

function payer(annualFraction: number): string {
  return annualFraction < 0 ? 'Shorts pay' : 'Longs pay';
}

/** At most 36 columns with names of up to 14 letters. What is too old shows its age, not its rate. */
function venueTable(
  view: AssetView,
  venues: readonly VenueFunding[],
  now: number,
  titles: ReadonlyMap<string, string>,
): Block {
  const markets = new Map(venueMarkets(view.instruments).map((own) => [own.source, own]));
  const rows = venues.map(({ source, annualFraction, age }) => {
    const own = markets.get(source);
    const main =
      own?.main.funding ?? own?.markets.find(({ funding }) => funding !== undefined)?.funding;
    const rate =
      main === undefined
        ? ''
        : `${formatRate(main.rateFraction).replace(' ', '')}/${main.intervalHours}h`;
    const cell = age.fresh ? rate : `${formatAge(now - age.observedAt)} old`;
    return [titleOf(source, titles), formatAnnual(annualFraction), cell];
  });
  return { kind: 'table', rows: [['Venue', 'A year', 'Rate'], ...rows] };
}

function furtherFields(
  { dispersion, fundingVolatility }: MarketAggregates,
  titles: ReadonlyMap<string, string>,
): Block[] {
  const fields = [];
  if (dispersion !== undefined) {
    const { lowest, highest } = dispersion;
    const range = [lowest, highest]
      .map(({ source, annualFraction }) => {
        return `${titleOf(source, titles)} ${formatAnnual(annualFraction)}`;
      })
      .join(' to ');
    fields.push({
      name: 'Venues apart',
      value: `${formatAnnual(dispersion.deviationAnnual)} (${range}; ${pastText(dispersion.past, PAST, formatAnnual)})`,
    });
  }
  if (fundingVolatility !== undefined) {
    const { perDayAnnual, past } = fundingVolatility;
    fields.push({
      name: 'Moves within a day',
      value: `${formatAnnual(perDayAnnual)} (${pastText(past, PAST, formatAnnual)})`,
    });
  }
  return fields.length === 0 ? [] : [{ kind: 'fields', fields }];
}

function fundingFigure(
  view: AssetView,
  venues: readonly VenueFunding[],
  hours: readonly AssetHour[],
  titles: ReadonlyMap<string, string>,
): Omit<FundingFigure, 'annualFraction' | 'caption'> {
  return {
    kind: 'funding-venues',
    asset: view.asset,
    at: view.at,
    venues: venues.map(({ source, annualFraction, age }) => ({
      name: titleOf(source, titles),
      annualFraction: shortNumber(annualFraction),
      fresh: age.fresh,
    })),
    history: chartHours(hours, view.at).flatMap(({ hourAt, fundingAnnualFraction }) =>
      fundingAnnualFraction === undefined
        ? []
        : [{ at: hourAt, annualFraction: shortNumber(fundingAnnualFraction) }],
    ),
  };
}

function extremes(context: CommandContext): MessageDoc {
  const market = openBook(context);
  if (market === undefined) return warmingUp('Funding');
  const views = worthyCoins(market.views());
  const ranked = views
    .flatMap((view) => {
      const venues = venueFunding(view);
      const annual = weightedFundingAnnual(venues);
      // What no venue confirms any more is not the most extreme of now.
      const isFresh = venues.some(({ age }) => age.fresh);
      return annual === undefined || !isFresh ? [] : [{ view, annual }];
    })
    .sort((a, b) => b.annual - a.annual);
  const count = Math.min(ENDS, Math.ceil(ranked.length / 2));
  const table = (rows: typeof ranked): Block => ({
    kind: 'table',
    rows: [
      ['Coin', 'A year', 'Per 8 h', 'OI'],
      ...rows.map(({ view, annual }) => [
        view.asset,
        formatAnnual(annual),
        formatPercent(annual / INTERVALS_PER_YEAR, 3).replace(' ', ''),
        formatUsd(view.openInterestUsd),
      ]),
    ],
  });
  const lowest = ranked.slice(count).slice(-count).reverse();
  const blocks: Block[] = [];
  if (ranked.length > 0) {
    blocks.push({ kind: 'text', text: 'Highest: longs pay' }, table(ranked.slice(0, count)));
  }
  if (lowest.length > 0) {
    blocks.push({ kind: 'text', text: 'Lowest: below 0 % shorts pay' }, table(lowest));
  }
  const silent = views.length - ranked.length;
  const left = silent === 0 ? '' : `, ${silent} without a fresh rate left out`;
  blocks.push({
    kind: 'text',
    text: `${ranked.length} coins with ${formatUsd(LEAST_INTEREST_USD)} of open interest or more ranked${left}; weighted by open interest.`,
  });
  const [first] = market.views();
  const at = first?.at ?? context.now();
  return {
    title: ranked.length === 0 ? 'No funding rates yet' : 'Most extreme funding',
    tone: 'info',
    blocks,
    footer: exchangesFooter(
      market.exchanges(),
      at,
      context.now(),
      context.sourceTitles ?? new Map(),
    ),
  };
}
