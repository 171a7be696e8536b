import type { MinuteRow } from './history.ts';
import { lendingTriggerPrice, tokenPriceUsd } from './lending.ts';
import { hedgedSides, type PerpMarket, unitUsd } from './perp-market.ts';
import {
  type AssetState,
  type Liquidation,
  openInterestUsd,
  type Shock,
  type World,
} from './world-state.ts';

/** What the simulator knows of its own: every position, every forced order, every price. */
export interface Truth {
  seed: number;
  scenario: string;
  /** Epoch ms: start of the story and end of the last step. */
  startAt: number;
  at: number;
  stepMs: number;
  assets: AssetTruth[];
}

export interface AssetTruth {
  asset: string;
  priceUsd: number;
  /** All venues, each contract once. */
  openInterestUsd: number;
  positions: PositionTruth[];
  liquidations: LiquidationTruth[];
  /** Since the start of the story. */
  minutes: MinuteRow[];
  /** Moves from outside that have begun. */
  shocks: ShockTruth[];
}

export interface PositionTruth {
  venue: string;
  instrument: string;
  side: 'long' | 'short';
  /** `crowd`: leveraged; `hedged`: other side held elsewhere; `engine`: taken over, being sold. */
  holder: 'crowd' | 'hedged' | 'engine' | 'borrower';
  /** Coins; on inverse contracts and loans at the present price. */
  sizeBase: number;
  /** At the present price: value of the contracts, or what a liquidation of the loan would sell. */
  notionalUsd: number;
  entryPriceUsd?: number;
  leverage?: number;
  marginUsd?: number;
  /** Price at which it is liquidated; absent when no price of this asset does that. */
  triggerPriceUsd?: number;
}

export type LiquidationTruth = Omit<Liquidation, 'asset'>;

export interface ShockTruth {
  side: 'down' | 'up';
  startAt: number;
  endAt: number;
  /** The move from outside alone, positive: 1 - e^-x down, e^x - 1 up. */
  fraction: number;
  priceBeforeUsd: number;
  openInterestBeforeUsd: number;
}

/** Everything, or one asset. */
export function tellTruth(world: World, stepMs: number, asset?: string): Truth {
  const wanted = [...world.assets.values()].filter(
    (state) => asset === undefined || state.spec.asset === asset,
  );
  return {
    seed: world.seed,
    scenario: world.scenario.name,
    startAt: world.startAt,
    at: world.at,
    stepMs,
    assets: wanted.map((state) => tellAsset(world, state)),
  };
}

function tellAsset(world: World, state: AssetState): AssetTruth {
  const { asset } = state.spec;
  return {
    asset,
    priceUsd: state.priceUsd,
    openInterestUsd: openInterestUsd(state),
    positions: [...state.markets.flatMap(contractPositions), ...loans(world, asset)],
    liquidations: world.liquidations
      .filter((entry) => entry.asset === asset)
      .map(({ asset: _, ...entry }) => entry),
    minutes: state.minutes.map((minute) => ({ ...minute })),
    shocks: world.shocks.filter((shock) => shock.asset === asset).flatMap(tellShock),
  };
}

function contractPositions(market: PerpMarket): PositionTruth[] {
  const { contract } = market;
  const place = { venue: contract.venue, instrument: contract.symbol };
  const usdPerUnit = unitUsd(market);
  const sized = (size: number) => ({
    sizeBase: (size * usdPerUnit) / market.markPriceUsd,
    notionalUsd: size * usdPerUnit,
  });
  const crowd = market.book.positions.map(
    (position): PositionTruth => ({
      ...place,
      side: position.side,
      holder: 'crowd',
      ...sized(position.size),
      entryPriceUsd: position.entryPriceUsd,
      leverage: position.leverage,
      marginUsd:
        (position.size * (contract.inverse ? 1 : position.entryPriceUsd)) / position.leverage,
      ...(Number.isFinite(position.triggerPriceUsd)
        ? { triggerPriceUsd: position.triggerPriceUsd }
        : {}),
    }),
  );
  const hedged = hedgedSides(market);
  const others: PositionTruth[] = (['long', 'short'] as const).flatMap((side) => [
    { ...place, side, holder: 'hedged', ...sized(hedged[side]) },
    { ...place, side, holder: 'engine', ...sized(market.engine[side]) },
  ]);
  return [...crowd, ...others.filter((position) => position.sizeBase > 0)];
}

function loans(world: World, asset: string): PositionTruth[] {
  return world.lending.borrowers
    .filter((borrower) => borrower.market.collateral.follows === asset)
    .map((borrower) => {
      const { collateral, loan, marketId } = borrower.market;
      const trigger = lendingTriggerPrice(borrower);
      return {
        venue: 'morpho-blue',
        instrument: marketId,
        side: 'long' as const,
        holder: 'borrower' as const,
        sizeBase: borrower.collateralAmount * collateral.coins,
        notionalUsd: borrower.debtAmount * tokenPriceUsd(world.lending, loan),
        ...(trigger === undefined ? {} : { triggerPriceUsd: trigger }),
      };
    });
}

function tellShock(shock: Shock): ShockTruth[] {
  const { priceBeforeUsd, openInterestBeforeUsd, logMove } = shock;
  if (priceBeforeUsd === undefined || openInterestBeforeUsd === undefined) return [];
  return [
    {
      side: logMove < 0 ? 'down' : 'up',
      startAt: shock.startAt,
      endAt: shock.endAt,
      fraction: Math.abs(Math.expm1(logMove)),
      priceBeforeUsd,
      openInterestBeforeUsd,
    },
  ];
}
