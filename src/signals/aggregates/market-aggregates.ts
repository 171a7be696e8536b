import type { AssetHour, AssetMinute, InstrumentHour } from '../model/history.ts';
import type { SourceId } from '../model/ids.ts';
import type { Age, AssetView, InstrumentView } from '../observe/asset-view.ts';
import { basisOf, meanBasis } from './basis.ts';
import {
  type CirculatingSupply,
  type EstimatedLeverage,
  estimatedLeverage,
} from './estimated-leverage.ts';
import { type FigureCoverage, figureCoverage } from './figure-coverage.ts';
import { type FundingDispersion, fundingDispersion } from './funding-dispersion.ts';
import { type FundingLevel, fundingLevel } from './funding-level.ts';
import { type FundingVolatility, fundingVolatility } from './funding-volatility.ts';
import { type MarketMakers, marketMakers } from './market-makers.ts';
import { type InterestToVolume, interestToVolume } from './open-interest-to-volume.ts';
import { closedHours, sampledHours } from './sampled.ts';
import { venueFunding } from './venue-funding.ts';

export interface AggregateInput {
  view: AssetView;
  /** Joined hours of the asset, oldest first; up to 180 days of them count. */
  hours: readonly AssetHour[];
  /** The same of its single markets. */
  instrumentHours: readonly InstrumentHour[];
  /** The asset's minutes; up to 48 hours of them count. */
  minutes: readonly AssetMinute[];
  supply?: CirculatingSupply;
}

/** One aggregate and the venues it is made of. */
export type Covered<T> = T & { coverage: FigureCoverage };

/** What can be said of an asset over all its venues; absent: nothing it could be made of. */
export interface MarketAggregates {
  funding?: Covered<FundingLevel>;
  dispersion?: Covered<FundingDispersion>;
  fundingVolatility?: Covered<FundingVolatility>;
  interestToVolume?: Covered<InterestToVolume>;
  leverage?: Covered<EstimatedLeverage>;
  basis?: Covered<{ fraction: number }>;
  marketMakers: Covered<MarketMakers>;
}

/** Uses nothing later than the view's own time. Silent venues stay in with their last figures. */
export function marketAggregates(input: AggregateInput): MarketAggregates {
  const { view } = input;
  const { instruments } = view;
  const hours = closedHours(input.hours, view.at);
  const samples = sampledHours(hours);
  const marketHours = sampledHours(closedHours(input.instrumentHours, view.at));
  const venues = venueFunding(view);
  const priced = believed(view);
  const coverage = {
    funding: coverageBy(instruments, ({ funding }) => funding),
    openInterest: coverageBy(instruments, ({ openInterest }) => openInterest),
    volume: coverageBy(instruments, ({ market, openInterest }) =>
      market?.volume24hUsd === undefined || openInterest === undefined ? undefined : market,
    ),
    basis: coverageBy(instruments, (own) =>
      priced.includes(own) && basisOf(own) !== undefined ? own.market : undefined,
    ),
    books: coverageBy(instruments, ({ book }) => book),
  };
  const funding = fundingLevel(venues, samples);
  const dispersion = fundingDispersion(venues, marketHours);
  const volatility = fundingVolatility(hours);
  const toVolume = interestToVolume(instruments, hours);
  const leverage = estimatedLeverage(view.openInterestBase, input.supply, samples);
  const basis = meanBasis(priced);
  const covered = <T extends object>(value: T, by: FigureCoverage): Covered<T> => {
    return { ...value, coverage: by };
  };
  return {
    ...(funding && { funding: covered(funding, coverage.funding) }),
    ...(dispersion && { dispersion: covered(dispersion, coverage.funding) }),
    ...(volatility && { fundingVolatility: covered(volatility, coverage.funding) }),
    ...(toVolume && { interestToVolume: covered(toVolume, coverage.volume) }),
    ...(leverage && { leverage: covered(leverage, coverage.openInterest) }),
    ...(basis !== undefined && { basis: covered({ fraction: basis }, coverage.basis) }),
    marketMakers: covered(marketMakers(instruments, input.minutes, view.at), coverage.books),
  };
}

/** Without marks too far from the others': a broken feed, or another coin under the same name. */
function believed({ instruments, quarantined }: AssetView): InstrumentView[] {
  return instruments.filter(
    (own) =>
      !quarantined.some((mark) => {
        return mark.source === own.source && mark.instrument === own.instrument;
      }),
  );
}

/** Of the figure that `ageOf` picks. */
export function coverageBy(
  instruments: readonly InstrumentView[],
  ageOf: (instrument: InstrumentView) => Age | undefined,
): FigureCoverage {
  const listing: SourceId[] = instruments.map(({ source }) => source);
  const figures = instruments.flatMap((instrument) => {
    const age = ageOf(instrument);
    return age === undefined ? [] : [{ source: instrument.source, age }];
  });
  return figureCoverage(figures, listing);
}
