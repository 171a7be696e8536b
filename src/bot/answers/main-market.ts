import type { SourceId } from '../../signals/model/ids.ts';
import type { InstrumentView } from '../../signals/observe/asset-view.ts';

/** A venue's markets of one asset; the one with the most open interest stands for it. */
export interface VenueMarkets {
  source: SourceId;
  main: InstrumentView;
  markets: readonly InstrumentView[];
  openInterestBase: number;
}

/** By open interest from the largest venue down. */
export function venueMarkets(instruments: readonly InstrumentView[]): VenueMarkets[] {
  const bySource = Map.groupBy(instruments, ({ source }) => source);
  const venues = [...bySource].flatMap(([source, markets]): VenueMarkets[] => {
    const [main] = markets.toSorted((a, b) => baseOf(b) - baseOf(a));
    if (main === undefined) return [];
    const openInterestBase = markets.reduce((sum, market) => sum + baseOf(market), 0);
    return [{ source, main, markets, openInterestBase }];
  });
  return venues.sort((a, b) => b.openInterestBase - a.openInterestBase);
}

function baseOf({ openInterest }: InstrumentView): number {
  return openInterest?.openInterestBase ?? 0;
}
