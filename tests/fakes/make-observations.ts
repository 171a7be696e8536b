import { assetId } from '../../src/signals/assets.ts';
import type {
  BorrowPosition,
  DepthObservation,
  FundingObservation,
  Gap,
  MarketObservation,
  OpenInterestObservation,
} from '../../src/signals/model/observations.ts';

/** The market of `coin` against USDT, seen at `observedAt` (epoch ms). */
function instrumentOf(source: string, coin: string, observedAt: number) {
  return { source, asset: assetId(coin), instrument: `${coin}USDT`, observedAt };
}

export function makeMark(
  source: string,
  coin: string,
  markPriceUsd: number,
  observedAt: number,
): MarketObservation {
  return {
    ...instrumentOf(source, coin, observedAt),
    kind: 'market',
    markPriceUsd,
    volume24hUsd: 2.4e9,
  };
}

export function makeOpenInterest(
  source: string,
  coin: string,
  openInterestUsd: number,
  observedAt: number,
): OpenInterestObservation {
  return {
    ...instrumentOf(source, coin, observedAt),
    kind: 'open-interest',
    openInterestBase: openInterestUsd / 100,
    openInterestUsd,
    counting: 'one-sided as published',
  };
}

export function makeFunding(
  source: string,
  coin: string,
  annualFraction: number,
  observedAt: number,
  phase: FundingObservation['phase'] = 'predicted',
): FundingObservation {
  return {
    ...instrumentOf(source, coin, observedAt),
    kind: 'funding',
    rateFraction: annualFraction / 1095,
    intervalHours: 8,
    phase,
    annualFraction,
  };
}

export function makeDepth(source: string, coin: string, observedAt: number): DepthObservation {
  return {
    ...instrumentOf(source, coin, observedAt),
    kind: 'depth',
    midPriceUsd: 100,
    levels: [{ distanceFraction: 0.01, bidUsd: 1e6, askUsd: 1e6 }],
  };
}

/** ETH worth `collateralUsd` against USDC worth `debtUsd`. */
export function makeBorrowPosition(
  source: string,
  account: string,
  collateralUsd: number,
  debtUsd: number,
  observedAt: number,
): BorrowPosition {
  return {
    kind: 'position',
    source,
    account,
    market: '0xmarket',
    collateral: [
      {
        asset: assetId('ETH'),
        token: 'WETH',
        amount: '1',
        liquidationThresholdFraction: 0.86,
        valueUsd: collateralUsd,
      },
    ],
    debt: [{ asset: assetId('USDC'), token: 'USDC', amount: String(debtUsd), valueUsd: debtUsd }],
    closeFactorFraction: 1,
    bonusFraction: 0.04,
    observedAt,
  };
}

export function makeGap(
  source: string,
  wanted: Gap['wanted'],
  reason: Gap['reason'] = 'timeout',
  instrument?: string,
): Gap {
  return {
    kind: 'gap',
    source,
    wanted,
    reason,
    detail: 'made for the test',
    ...(instrument === undefined ? {} : { instrument }),
  };
}
