import {
  type BorrowPosition,
  type DepthObservation,
  type FundingObservation,
  type Gap,
  isInstrumentFigure,
  type MarketObservation,
  type Observation,
  type OpenInterestObservation,
} from '../signals/model/observations.ts';
import { extraLines } from './fetch-extras.ts';

const MAX_ROWS = 40;

interface InstrumentRow {
  asset: string;
  instrument: string;
  funding?: FundingObservation;
  interest?: OpenInterestObservation;
  market?: MarketObservation;
}

/** What a fetch brought, for people; account addresses are private and left out. */
export function fetchTable(
  title: string,
  observations: readonly Observation[],
  gaps: readonly Gap[],
): string[] {
  const lines = [`${title}: ${observations.length} observations, ${gaps.length} gaps`];
  const rows = instrumentRows(observations);
  if (rows.length > 0) lines.push('', ...instrumentTable(rows));
  const books = observations.filter((one) => one.kind === 'depth');
  if (books.length > 0) lines.push('', ...books.map(bookLine));
  const positions = observations.filter((one) => one.kind === 'position');
  if (positions.length > 0) lines.push('', ...positionTable(positions));
  const extras = extraLines(observations);
  if (extras.length > 0) lines.push('', ...extras);
  if (gaps.length > 0) lines.push('', 'Missing:', ...gaps.map(gapLine));
  return lines;
}

function instrumentRows(observations: readonly Observation[]): InstrumentRow[] {
  const rows = new Map<string, InstrumentRow>();
  for (const one of observations) {
    if (!isInstrumentFigure(one)) continue;
    const { asset, instrument } = one;
    const row = rows.get(instrument) ?? { asset, instrument };
    if (one.kind === 'funding') row.funding = one;
    if (one.kind === 'open-interest') row.interest = one;
    if (one.kind === 'market') row.market = one;
    rows.set(instrument, row);
  }
  const size = (row: InstrumentRow) => row.interest?.openInterestUsd ?? 0;
  return [...rows.values()].sort((a, b) => size(b) - size(a));
}

function instrumentTable(rows: readonly InstrumentRow[]): string[] {
  const cells = rows
    .slice(0, MAX_ROWS)
    .map(({ asset, funding, instrument, interest, market }) => [
      market?.assetClass === undefined ? asset : `${asset} (${market.assetClass})`,
      instrument,
      price(market?.markPriceUsd),
      usd(interest?.openInterestUsd),
      usd(market?.volume24hUsd),
      funding === undefined
        ? '–'
        : `${percent(funding.rateFraction, 4)} / ${funding.intervalHours} h`,
      percent(funding?.annualFraction, 1),
    ]);
  const head = ['asset', 'instrument', 'mark', 'open interest', '24 h volume', 'funding', 'a year'];
  return [...columns([head, ...cells]), ...moreRows(rows.length)];
}

function bookLine(book: DepthObservation): string {
  const levels = book.levels
    .filter((level) => level.bidUsd !== undefined || level.askUsd !== undefined)
    .map((level) => {
      const distance = percent(level.distanceFraction, 2);
      return `${distance} ${usd(level.bidUsd)} bid, ${usd(level.askUsd)} ask`;
    });
  const text = levels.length === 0 ? 'the book given ends within 0.1 %' : levels.join('; ');
  return `book of ${book.instrument} at ${price(book.midPriceUsd)}: ${text}`;
}

function positionTable(positions: readonly BorrowPosition[]): string[] {
  const nearest = positions.toSorted(
    (a, b) => (a.healthFactor ?? Infinity) - (b.healthFactor ?? Infinity),
  );
  const cells = nearest
    .slice(0, MAX_ROWS)
    .map((position) => [
      position.healthFactor?.toFixed(4) ?? '–',
      position.collateral.map((leg) => `${usd(leg.valueUsd)} ${leg.token}`).join(' + '),
      position.debt.map((leg) => `${usd(leg.valueUsd)} ${leg.token}`).join(' + '),
      position.collateral.map((leg) => percent(leg.liquidationThresholdFraction, 1)).join(' + '),
    ]);
  const head = ['health', 'collateral', 'debt', 'threshold'];
  return [...columns([head, ...cells]), ...moreRows(positions.length)];
}

function gapLine(gap: Gap): string {
  const of = gap.instrument === undefined ? '' : ` of ${gap.instrument}`;
  return `  ${gap.wanted}${of}: ${gap.reason} (${gap.detail})`;
}

function moreRows(count: number): string[] {
  return count > MAX_ROWS ? [`… and ${count - MAX_ROWS} smaller ones (--json prints all)`] : [];
}

function columns(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function price(value: number | undefined): string {
  if (value === undefined) return '–';
  return value >= 1000 ? value.toFixed(1) : value.toPrecision(5);
}

function usd(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1e9) return `$${(value / 1e9).toFixed(2)}bn`;
  if (value >= 1e6) return `$${(value / 1e6).toFixed(1)}m`;
  if (value >= 1e3) return `$${(value / 1e3).toFixed(0)}k`;
  return `$${value.toFixed(0)}`;
}

function percent(fraction: number | undefined, digits: number): string {
  return fraction === undefined ? '–' : `${(fraction * 100).toFixed(digits)} %`;
}
