import type { Age, InstrumentView } from './asset-view.ts';
import type { InstrumentRow } from './board.ts';

export interface InstrumentAges {
  market(row: InstrumentRow, observedAt: number): Age;
  depth(row: InstrumentRow, observedAt: number): Age;
}

/** A copy: the board's own row changes with the next batch. */
export function instrumentView(row: InstrumentRow, ages: InstrumentAges): InstrumentView {
  const { market, openInterest, funding, depth, absentSince } = row;
  const isListed = absentSince === undefined;
  const aged = (observedAt: number): Age => {
    const age = ages.market(row, observedAt);
    return { ...age, fresh: age.fresh && isListed };
  };
  const view: InstrumentView = { source: row.source, instrument: row.instrument, fresh: false };
  if (market !== undefined) {
    const { markPriceUsd, indexPriceUsd, volume24hUsd, assetClass } = market;
    view.market = {
      ...aged(market.observedAt),
      markPriceUsd,
      ...(indexPriceUsd === undefined ? {} : { indexPriceUsd }),
      ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      ...(assetClass === undefined ? {} : { assetClass }),
    };
  }
  if (openInterest !== undefined) {
    const { openInterestBase, openInterestUsd } = openInterest;
    view.openInterest = { ...aged(openInterest.observedAt), openInterestBase, openInterestUsd };
  }
  if (funding !== undefined) {
    const { rateFraction, intervalHours, annualFraction, nextFundingAt } = funding;
    view.funding = {
      ...aged(funding.observedAt),
      rateFraction,
      intervalHours,
      annualFraction,
      ...(nextFundingAt === undefined ? {} : { nextFundingAt }),
    };
  }
  if (depth !== undefined) {
    const { levels, spreadFraction } = depth;
    view.book = {
      ...ages.depth(row, depth.observedAt),
      levels,
      ...(spreadFraction === undefined ? {} : { spreadFraction }),
    };
  }
  if (absentSince !== undefined) view.absentSince = absentSince;
  view.fresh = view.market?.fresh === true && view.openInterest?.fresh === true;
  return view;
}
