import { z } from 'zod';
import { SourceError } from '../../../errors.ts';

/** The API's largest page; without `first` it gives 100 rows. */
export const PAGE_ROWS = 1000;

export const QUERY = `query MarketPositions($chainIds: [Int!], $hfLte: Float!, $first: Int!, $skip: Int!) {
  marketPositions(
    where: { chainId_in: $chainIds, healthFactor_lte: $hfLte, marketListed: true }
    orderBy: HealthFactor
    orderDirection: Asc
    first: $first
    skip: $skip
  ) {
    pageInfo { count countTotal }
    items {
      healthFactor
      user { address }
      market {
        marketId
        lltv
        loanAsset { symbol decimals address }
        collateralAsset { symbol decimals address }
      }
      state { collateral collateralUsd borrowAssets borrowAssetsUsd }
    }
  }
}`;

export const pageSchema = z.object({
  data: z.object({
    marketPositions: z.object({
      items: z.array(z.unknown()),
      /** Of all pages together; only compared with, so an odd one is as good as none. */
      pageInfo: z
        .object({ countTotal: z.int().nonnegative().max(1e9) })
        .optional()
        .catch(undefined),
    }),
  }),
});

/** GraphQL tells failures with HTTP 200. The messages may quote the query: they are not kept. */
export function checkGraphqlErrors(body: unknown): void {
  const errors = (body as { errors?: unknown } | null)?.errors;
  if (errors === undefined || errors === null) return;
  const codes = JSON.stringify(errors);
  if (/rate.?limit|too many requests/i.test(codes)) {
    throw new SourceError('rate-limited', 'morpho-blue: GraphQL rate limit');
  }
  if (/INTERNAL_SERVER_ERROR|timeout/i.test(codes)) {
    throw new SourceError('unavailable', 'morpho-blue: GraphQL server error');
  }
  throw new SourceError('bad-payload', 'morpho-blue: GraphQL refused the query');
}
