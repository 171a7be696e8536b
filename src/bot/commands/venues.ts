import { titleOf } from '../../alerts/describe-coverage.ts';
import { formatAge, formatPercent, formatPrice, formatUsd } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import { basisOf } from '../../signals/aggregates/basis.ts';
import {
  coverageBy,
  type MarketAggregates,
  marketAggregates,
} from '../../signals/aggregates/market-aggregates.ts';
import { restingUsd } from '../../signals/aggregates/market-makers.ts';
import { AGGREGATES } from '../../signals/aggregates/settings.ts';
import type { AssetView } from '../../signals/observe/asset-view.ts';
import { type VenueMarkets, venueMarkets } from '../answers/main-market.ts';
import {
  marketCoverage,
  marketFooter,
  missingBySource,
  reasonText,
} from '../answers/market-coverage.ts';
import { viewOf, warmingUp } from '../answers/market-of.ts';
import { formatAnnual, formatRate, pastText } from '../answers/market-words.ts';
import { commandHint } from '../text/no-break.ts';
import { shortLine } from '../text/short-line.ts';
import { defineCommand } from './define.ts';

const HOUR_MS = 3_600_000;
const LONGEST_NAME = 40;
/** More quarantined marks are counted, not listed. */
const MOST_LISTED = 8;

/** `/venues btc`: every venue side by side, and which are not used. */
export const venuesCommand = defineCommand({
  name: 'venues',
  summary: 'One coin on every venue: price, basis, funding, open interest, order book, age',
  options: [{ name: 'asset', summary: 'A coin, for example BTC', required: true, type: 'asset' }],
  access: 'anyone',
  examples: ['venues btc'],
  async run(context, values): Promise<MessageDoc> {
    const asset = values.asset('asset');
    if (asset === undefined) {
      throw new CommandError(`Write a coin, for example ${commandHint('venues btc')}.`);
    }
    const seen = await viewOf(context, asset);
    if (seen === undefined) return warmingUp(`${asset} venues`);
    const { market, view } = seen;
    const now = context.now();
    const titles = context.sourceTitles ?? new Map();
    const minutes = await market.minutes(asset, now - AGGREGATES.bookWindowHours * HOUR_MS);
    const said = marketAggregates({ view, hours: [], instrumentHours: [], minutes });
    const price = view.price === undefined ? 'no price yet' : formatPrice(view.price.usd);
    const troubles = troubleList(view, now, titles);
    return {
      title: `${asset} on ${view.venues.length} ${view.venues.length === 1 ? 'venue' : 'venues'}: ${price}`,
      tone: 'info',
      blocks: [
        venueTable(view, now, titles),
        ...(troubles.length === 0 ? [] : [{ kind: 'list' as const, items: troubles }]),
        ...overAllFields(said, view, now, titles),
      ],
      footer: marketFooter(
        coverageBy(view.instruments, ({ market: own }) => own),
        view,
        now,
        titles,
      ),
    };
  },
});

function venueTable(view: AssetView, now: number, titles: ReadonlyMap<string, string>): Block {
  const header = ['Venue', 'Mark', 'Funding', 'OI', 'Vol', 'Spread', 'Bids/asks', 'Age'];
  const rows = venueMarkets(view.instruments).map((venue) => [
    titleOf(venue.source, titles),
    markCell(venue),
    fundingCell(venue),
    interestCell(venue, view),
    volumeCell(venue),
    spreadCell(venue),
    depthCell(venue),
    ageCell(venue, now),
  ]);
  return { kind: 'table', rows: [header, ...rows] };
}

/** The mark, with its index and how far it is above it. */
function markCell({ main }: VenueMarkets): string {
  if (main.market === undefined) return 'none';
  const { markPriceUsd, indexPriceUsd } = main.market;
  const basis = basisOf(main);
  const mark = formatPrice(markPriceUsd);
  if (indexPriceUsd === undefined || basis === undefined) return `${mark} (no index)`;
  const sign = basis > 0 ? '+' : '';
  return `${mark} (index ${formatPrice(indexPriceUsd)}, ${sign}${formatPercent(basis, 3)})`;
}

function fundingCell({ main }: VenueMarkets): string {
  if (main.funding === undefined) return 'none';
  const { rateFraction, intervalHours, annualFraction } = main.funding;
  return `${formatRate(rateFraction)} per ${intervalHours} h (${formatAnnual(annualFraction)} a year)`;
}

/** Of all its markets of the coin, at the coin's price over all venues. */
function interestCell({ markets, openInterestBase }: VenueMarkets, { price }: AssetView): string {
  const isKnown = markets.some(({ openInterest }) => openInterest !== undefined);
  if (!isKnown) return 'none';
  const usd = formatUsd(price === undefined ? Number.NaN : openInterestBase * price.usd);
  return markets.length === 1 ? usd : `${usd} in ${markets.length} markets`;
}

function volumeCell({ markets }: VenueMarkets): string {
  const volumes = markets.flatMap(({ market }) => market?.volume24hUsd ?? []);
  return volumes.length === 0 ? 'none' : formatUsd(volumes.reduce((sum, usd) => sum + usd, 0));
}

function spreadCell({ main }: VenueMarkets): string {
  const spread = main.book?.spreadFraction;
  return spread === undefined ? '' : formatPercent(spread, 4);
}

/** Resting within 1 % of mid in the books that are read. */
function depthCell({ markets }: VenueMarkets): string {
  const sum = (side: 'bidUsd' | 'askUsd') => {
    const known = markets.flatMap((market) => restingUsd(market, side) ?? []);
    return known.length === 0 ? '' : formatUsd(known.reduce((total, usd) => total + usd, 0));
  };
  const [bids, asks] = [sum('bidUsd'), sum('askUsd')];
  return bids === '' && asks === '' ? '' : `${bids || '?'}/${asks || '?'}`;
}

/** Of the oldest mark or open interest of the venue. */
function ageCell({ markets }: VenueMarkets, now: number): string {
  const times = markets.flatMap(({ market, openInterest }) =>
    [market?.observedAt, openInterest?.observedAt].filter((at) => at !== undefined),
  );
  return times.length === 0 ? '' : formatAge(now - Math.min(...times));
}

/** What is late or not believed, and why. */
function troubleList(view: AssetView, now: number, titles: ReadonlyMap<string, string>): string[] {
  const quarantined = view.quarantined.map(({ source, instrument, markPriceUsd }) => {
    const name = shortLine(instrument, LONGEST_NAME);
    return `${titleOf(source, titles)} ${name}: not used for the price, its mark ${formatPrice(markPriceUsd)} is too far from the others`;
  });
  const reasons = missingBySource(view);
  const late = view.venues
    .filter(({ fresh }) => !fresh)
    .map(({ source, observedAt }) => {
      const why = reasonText(reasons.get(source));
      const age = observedAt > 0 ? `, last figures ${formatAge(now - observedAt)} old` : '';
      return `${titleOf(source, titles)}: late${why === '' ? '' : `, ${why}`}${age}`;
    });
  const unlisted = view.instruments
    .filter(({ absentSince }) => absentSince !== undefined)
    .map(({ source, instrument, absentSince = now }) => {
      const name = shortLine(instrument, LONGEST_NAME);
      return `${titleOf(source, titles)} ${name}: not listed any more for ${formatAge(now - absentSince)}`;
    });
  const all = [...quarantined, ...unlisted];
  const more = all.length - MOST_LISTED;
  return [
    ...late,
    ...all.slice(0, MOST_LISTED),
    ...(more > 0 ? [`and ${more} more markets that are not used`] : []),
  ];
}

function overAllFields(
  { basis, marketMakers }: MarketAggregates,
  view: AssetView,
  now: number,
  titles: ReadonlyMap<string, string>,
): Block[] {
  const fields = [];
  const every = AGGREGATES.sampleEveryMinutes / 60;
  if (basis !== undefined) {
    const { venuesFresh, venues } = basis.coverage;
    const sign = basis.fraction > 0 ? '+' : '';
    fields.push({
      name: 'Basis',
      value: `${sign}${formatPercent(basis.fraction, 3)} (${venuesFresh} of ${venues} ${venues === 1 ? 'venue' : 'venues'} with an index fresh)`,
    });
  }
  const { bids, asks, spread, coverage } = marketMakers;
  if (bids !== undefined) {
    const past = pastText(bids.past, every, formatUsd);
    fields.push({ name: 'Bids within 1 %', value: `${formatUsd(bids.usd)} (${past})` });
  }
  if (asks !== undefined) {
    const past = pastText(asks.past, every, formatUsd);
    fields.push({ name: 'Asks within 1 %', value: `${formatUsd(asks.usd)} (${past})` });
  }
  if (spread !== undefined) {
    const format = (fraction: number) => formatPercent(fraction, 4);
    fields.push({
      name: 'Spread',
      value: `${format(spread.fraction)} (${pastText(spread.past, every, format)})`,
    });
  }
  if (bids !== undefined || asks !== undefined || coverage.venues > 0) {
    fields.push({ name: 'Order books', value: marketCoverage(coverage, view, now, titles) });
  }
  return fields.length === 0 ? [] : [{ kind: 'fields', fields }];
}
