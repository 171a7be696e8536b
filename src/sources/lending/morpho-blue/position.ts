import { z } from 'zod';
import { assetOfToken } from '../../../signals/assets.ts';
import type { BorrowPosition } from '../../../signals/model/observations.ts';
import { nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { RowTally } from '../../kit/tally.ts';
import { formatTokenAmount, rawAmount } from '../../kit/token-amount.ts';
import type { MorphoSettings } from './settings.ts';

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'is not an address');
const token = z.object({
  symbol: z.string().min(1).max(40),
  decimals: z.number().int().min(0).max(36),
  address,
});
const WAD = 10n ** 18n;
const lltvWad = rawAmount.refine((wad) => wad > 0n && wad < WAD, 'is not a share below 1');

const rowSchema = z.object({
  healthFactor: positiveNumber,
  user: z.object({ address }),
  market: z.object({
    marketId: z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'is not a market id'),
    lltv: lltvWad,
    loanAsset: token,
    collateralAsset: token,
  }),
  state: z.object({
    collateral: rawAmount,
    collateralUsd: nonNegativeNumber,
    borrowAssets: rawAmount,
    borrowAssetsUsd: nonNegativeNumber,
  }),
});
/** No debt: no health factor. */
const debtFreeSchema = z.object({
  healthFactor: z.null(),
  state: z.object({ borrowAssets: rawAmount.refine((raw) => raw === 0n) }),
});

export interface PositionReader {
  /** Undefined for rows left out by rule (no debt, dust, not near) and for dropped ones. */
  read(raw: unknown): BorrowPosition | undefined;
  /** Positions with less debt than `minDebtUsd`. */
  dustLeftOut(): number;
}

/** Decodes positions one by one; what does not decode is dropped and counted by `tally`. */
export function createPositionReader(options: {
  source: string;
  settings: MorphoSettings;
  tally: RowTally;
  observedAt: number;
}): PositionReader {
  const { observedAt, settings, source, tally } = options;
  let dust = 0;

  function read(raw: unknown): BorrowPosition | undefined {
    if (debtFreeSchema.safeParse(raw).success) return undefined;
    // The label is never the account: samples are logged.
    const row = tally.row(undefined);
    const decoded = row.read('position', rowSchema, raw);
    if (decoded === undefined) return undefined;
    const { healthFactor, market, state, user } = decoded;
    if (healthFactor > settings.healthBelow) return undefined;
    if (state.borrowAssetsUsd < settings.minDebtUsd) {
      dust += 1;
      return undefined;
    }
    const collateral = assetOfToken(market.collateralAsset.symbol);
    const loan = assetOfToken(market.loanAsset.symbol);
    if (collateral === undefined || loan === undefined) {
      row.drop('position', 'a token whose name is no asset');
      return undefined;
    }
    const liquidationThresholdFraction = Number(market.lltv) / Number(WAD);
    return {
      kind: 'position',
      source,
      account: user.address,
      market: market.marketId,
      collateral: [
        {
          asset: collateral.asset,
          token: market.collateralAsset.symbol,
          amount: formatTokenAmount(state.collateral, market.collateralAsset.decimals),
          liquidationThresholdFraction,
          valueUsd: state.collateralUsd,
        },
      ],
      debt: [
        {
          asset: loan.asset,
          token: market.loanAsset.symbol,
          amount: formatTokenAmount(state.borrowAssets, market.loanAsset.decimals),
          valueUsd: state.borrowAssetsUsd,
        },
      ],
      healthFactor,
      // The whole position can go at once.
      closeFactorFraction: 1,
      bonusFraction: liquidationBonusFraction(liquidationThresholdFraction),
      observedAt,
    };
  }

  return { read, dustLeftOut: () => dust };
}

/** Morpho's incentive factor min(1.15, 1 / (1 - 0.3 (1 - lltv))), less one. */
export function liquidationBonusFraction(lltvFraction: number): number {
  return Math.min(1.15, 1 / (1 - 0.3 * (1 - lltvFraction))) - 1;
}
