/** What every figure has. */
interface FigureHead {
  asset: string;
  /** Epoch ms. */
  at: number;
  /** Coverage and age, drawn under the chart. */
  caption: string;
}

/** Funding by venue, and how its mean came to where it is. */
export interface FundingFigure extends FigureHead {
  kind: 'funding-venues';
  /** Weighted by open interest, simple annual fraction. */
  annualFraction: number;
  /** Highest rate first. */
  venues: { name: string; annualFraction: number; fresh: boolean }[];
  /** The mean of past hours, oldest first; an hour without a rate is left out. */
  history: { at: number; annualFraction: number }[];
}

/** Open interest and price of the last weeks. */
export interface OpenInterestFigure extends FigureHead {
  kind: 'open-interest';
  openInterestUsd: number;
  /** Oldest first; open interest in coins. */
  history: { at: number; openInterestBase?: number; priceUsd: number }[];
}

/** Forced closings by hour. */
export interface LiquidationsFigure extends FigureHead {
  kind: 'liquidations';
  /** Oldest first, one each hour, the last one running. */
  hours: {
    /** Start of the hour, epoch ms. */
    at: number;
    longUsd: number;
    shortUsd: number;
    /** Share of the feeds' minutes that were listened to, 0-1: 0 is not known, not calm. */
    heardFraction: number;
  }[];
  /** Some feed leaves closings out: the bars are the least it was. */
  lowerBound: boolean;
}

export type MarketFigure = FundingFigure | OpenInterestFigure | LiquidationsFigure;
