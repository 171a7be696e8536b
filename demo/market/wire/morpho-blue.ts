import type { LendingToken } from '../lending-catalogue.ts';
import type { BorrowerView, LendingView } from '../lending-view.ts';
import { isRecord, ok, type WireAnswer, type WireRequest } from './answer.ts';
import { parseQuery, project, type Selection } from './graphql-query.ts';

/** The server's own cap on one page. */
const MOST_ITEMS = 1000;
const CHAIN = { id: 1, network: 'Ethereum' };

/** Morpho's hosted GraphQL API: `marketPositions` with the filters its liquidation bot uses. */
export function answerMorphoBlue(request: WireRequest, view: LendingView): WireAnswer {
  if (request.method !== 'POST' || request.path !== '/graphql') return { status: 404, body: '' };
  const body = isRecord(request.body) ? request.body : {};
  const text = body['query'];
  if (typeof text !== 'string') return refused('Must provide query string.');
  const variables = isRecord(body['variables']) ? body['variables'] : {};
  try {
    const data = parseQuery(text, variables).map((field): [string, unknown] => {
      if (field.name !== 'marketPositions') {
        throw new RangeError(`Cannot query field "${field.name}" on type "Query".`);
      }
      return [field.name, marketPositions(field, view)];
    });
    return ok({ data: Object.fromEntries(data) });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return refused(error.message);
    throw error;
  }
}

function refused(message: string): WireAnswer {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
  return { status: 400, body: { errors: [{ message, extensions }] } };
}

function marketPositions(field: Selection, view: LendingView): unknown {
  const where = isRecord(field.args['where']) ? field.args['where'] : {};
  const rows = filtered(view, where);
  if (field.args['orderDirection'] === 'Desc') rows.reverse();
  const first = whole(field.args['first'], 100, MOST_ITEMS);
  const skip = whole(field.args['skip'], 0, Number.MAX_SAFE_INTEGER);
  const page = rows.slice(skip, skip + first);
  const answer = {
    pageInfo: { count: page.length, countTotal: rows.length, limit: first, skip },
    items: page.map((row) => positionOf(row, view)),
  };
  return project(answer, field.fields, 'PaginatedMarketPositions');
}

function whole(value: unknown, fallback: number, highest: number): number {
  const usable = typeof value === 'number' && Number.isInteger(value) && value >= 0;
  return usable ? Math.min(value, highest) : fallback;
}

/** An unknown filter is refused, as the real schema does: it must never widen the answer silently. */
function filtered(view: LendingView, where: Record<string, unknown>): BorrowerView[] {
  const tests = Object.entries(where)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => {
      const make = FILTERS[name];
      if (make === undefined) {
        throw new RangeError(`Field "${name}" is not defined by type "MarketPositionFilters".`);
      }
      return make(value);
    });
  return view.borrowers.filter((row) => tests.every((test) => test(row)));
}

const FILTERS: Readonly<Record<string, (value: unknown) => (row: BorrowerView) => boolean>> = {
  healthFactor_lte: (value) => (row) => row.health <= Number(value),
  healthFactor_gte: (value) => (row) => row.health >= Number(value),
  chainId_in: (value) => () => Array.isArray(value) && value.includes(CHAIN.id),
  marketListed: (value) => () => value === true,
  marketId_in: (value) => (row) => Array.isArray(value) && value.includes(row.market.marketId),
  borrowShares_gte: (value) => (row) => row.debtAmount > 0 && Number(value) >= 0,
};

function raw(amount: number, token: LendingToken): bigint {
  // Nine decimals are as exact as the simulation's own numbers.
  const digits = Math.min(9, token.decimals);
  return BigInt(Math.round(amount * 10 ** digits)) * 10n ** BigInt(token.decimals - digits);
}

function assetOf(token: LendingToken, view: LendingView): Record<string, unknown> {
  return {
    address: token.address,
    symbol: token.symbol,
    name: token.symbol,
    decimals: token.decimals,
    priceUsd: view.pricesUsd.get(token) ?? null,
    chain: CHAIN,
  };
}

function positionOf(row: BorrowerView, view: LendingView): Record<string, unknown> {
  const { market } = row;
  const debtRaw = raw(row.debtAmount, market.loan);
  const seconds = Math.floor(view.at / 1000);
  return {
    id: `${market.marketId}-${row.account}`,
    healthFactor: row.health,
    // Negative when healthy: how far the collateral may move against its debt.
    priceVariationToLiquidationPrice: 1 / row.health - 1,
    user: { address: row.account, id: row.account, chain: CHAIN },
    market: {
      marketId: market.marketId,
      lltv: String(raw(market.lltv, { ...market.loan, decimals: 18 })),
      listed: true,
      collateralAsset: assetOf(market.collateral, view),
      loanAsset: assetOf(market.loan, view),
      oracle: { address: `0x${market.marketId.slice(2, 42)}` },
      chain: CHAIN,
      morphoBlue: { chain: CHAIN },
      state: { timestamp: seconds },
    },
    state: {
      collateral: String(raw(row.collateralAmount, market.collateral)),
      collateralUsd: row.collateralUsd,
      borrowAssets: String(debtRaw),
      borrowAssetsUsd: row.debtUsd,
      borrowShares: String(debtRaw * 1_000_000n),
      timestamp: seconds,
    },
  };
}
