import { bookSide, levelDistances, tickDistance } from '../order-book.ts';
import type { ContractView, VenueView } from '../venue-view.ts';
import { ok, type WireAnswer, type WireRequest } from './answer.ts';
import { price, traded, units } from './binance-figures.ts';
import { fundingRates, interestHistory, klines } from './binance-usdm-history.ts';

const DAY_MS = 86_400_000;

/** Rows every answer of the real venue also has: a dated future and a contract being settled. */
const DATED = 'BTCUSDT_261225';
const SETTLING = 'OMGUSDT';
/** Listed in fundingInfo; the venue's default of 8 hours holds for the others. */
const LISTED_AT_8_HOURS: ReadonlySet<string> = new Set(['BTC', 'ETH']);

/** Binance USD-M futures, REST. `openInterest` and book sizes are in venue units (1000 PEPE). */
export function answerBinanceUsdm(request: WireRequest, view: VenueView): WireAnswer {
  if (request.method !== 'GET') return { status: 405, body: { code: -1000, msg: 'GET only' } };
  const handler = HANDLERS[request.path];
  if (handler === undefined) return { status: 404, body: { code: -5000, msg: 'Path not found.' } };
  return handler(request.query, view);
}

const HANDLERS: Readonly<Record<string, (query: URLSearchParams, view: VenueView) => WireAnswer>> =
  {
    '/fapi/v1/time': (_query, view) => ok({ serverTime: view.at }),
    '/fapi/v1/premiumIndex': premiumIndex,
    '/fapi/v1/fundingInfo': fundingInfo,
    '/fapi/v1/ticker/24hr': ticker24h,
    '/fapi/v1/exchangeInfo': exchangeInfo,
    '/fapi/v1/openInterest': (query, view) => withSymbol(query, view, openInterestNow),
    '/fapi/v1/depth': (query, view) => withSymbol(query, view, depth),
    '/fapi/v1/klines': (query, view) => withSymbol(query, view, klines),
    '/fapi/v1/fundingRate': (query, view) => withSymbol(query, view, fundingRates),
    '/futures/data/openInterestHist': (query, view) => withSymbol(query, view, interestHistory),
  };

function withSymbol(
  query: URLSearchParams,
  view: VenueView,
  answer: (contract: ContractView, query: URLSearchParams) => WireAnswer,
): WireAnswer {
  const symbol = query.get('symbol');
  if (symbol === null) {
    return {
      status: 400,
      body: {
        code: -1102,
        msg: "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
      },
    };
  }
  const contract = view.contracts.find((entry) => entry.contract.symbol === symbol);
  if (contract === undefined) {
    return { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } };
  }
  return answer(contract, query);
}

function premiumRow(view: ContractView): Record<string, unknown> {
  return {
    symbol: view.contract.symbol,
    markPrice: price(view, view.markPriceUsd),
    indexPrice: price(view, view.indexPriceUsd),
    estimatedSettlePrice: price(view, view.indexPriceUsd * (1 - view.premium / 2)),
    lastFundingRate: view.fundingRate.toFixed(8),
    interestRate: '0.00010000',
    nextFundingTime: view.nextFundingAt,
    time: view.at,
  };
}

function premiumIndex(query: URLSearchParams, view: VenueView): WireAnswer {
  if (query.get('symbol') !== null) {
    return withSymbol(query, view, (contract) => ok(premiumRow(contract)));
  }
  const rows = view.contracts.map(premiumRow);
  const bitcoin = view.contracts[0];
  if (bitcoin !== undefined) {
    rows.push({
      ...premiumRow(bitcoin),
      symbol: DATED,
      markPrice: price(bitcoin, bitcoin.markPriceUsd * 1.006),
      lastFundingRate: '',
      interestRate: '',
      nextFundingTime: 0,
    });
    rows.push({
      ...premiumRow(bitcoin),
      symbol: SETTLING,
      markPrice: '0.31200000',
      indexPrice: '0.31200000',
      estimatedSettlePrice: '0.31200000',
      lastFundingRate: '0.00000000',
    });
  }
  return ok(rows);
}

function fundingInfo(_query: URLSearchParams, view: VenueView): WireAnswer {
  const listed = view.contracts.filter(
    ({ contract }) =>
      contract.fundingIntervalHours !== 8 || LISTED_AT_8_HOURS.has(contract.asset.asset),
  );
  return ok(
    listed.map(({ contract }) => ({
      symbol: contract.symbol,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: contract.fundingIntervalHours,
      disclaimer: false,
    })),
  );
}

function tickerRow(view: ContractView): Record<string, unknown> {
  const change = view.lastPriceUsd - view.day.openUsd;
  const average = (view.lastPriceUsd + view.day.openUsd) / 2;
  return {
    symbol: view.contract.symbol,
    priceChange: traded(view, change),
    priceChangePercent: ((change / view.day.openUsd) * 100).toFixed(3),
    weightedAvgPrice: traded(view, average),
    lastPrice: traded(view, view.lastPriceUsd),
    lastQty: '1',
    openPrice: traded(view, view.day.openUsd),
    highPrice: traded(view, view.day.highUsd),
    lowPrice: traded(view, view.day.lowUsd),
    volume: units(view, view.volume24hUsd / average),
    quoteVolume: view.volume24hUsd.toFixed(2),
    openTime: view.at - DAY_MS,
    closeTime: view.at,
    firstId: 1,
    lastId: 2,
    count: Math.round(view.volume24hUsd / 5000),
  };
}

function ticker24h(query: URLSearchParams, view: VenueView): WireAnswer {
  if (query.get('symbol') !== null) {
    return withSymbol(query, view, (contract) => ok(tickerRow(contract)));
  }
  return ok(view.contracts.map(tickerRow));
}

function symbolInfo(
  symbol: string,
  base: string,
  contractType: string,
  status: string,
  digits: number,
) {
  return {
    symbol,
    pair: `${base}USDT`,
    contractType,
    deliveryDate: 4133404800000,
    onboardDate: 1569398400000,
    status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: base,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    pricePrecision: digits,
    quantityPrecision: 3,
    underlyingType: 'COIN',
    filters: [{ filterType: 'PRICE_FILTER', tickSize: (10 ** -digits).toFixed(digits) }],
  };
}

function exchangeInfo(_query: URLSearchParams, view: VenueView): WireAnswer {
  return ok({
    timezone: 'UTC',
    serverTime: view.at,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: [
      ...view.contracts.map(({ contract }) =>
        symbolInfo(
          contract.symbol,
          contract.symbol.replace(/USDT$/, ''),
          'PERPETUAL',
          'TRADING',
          contract.asset.priceDecimals,
        ),
      ),
      symbolInfo(DATED, 'BTC', 'CURRENT_QUARTER', 'TRADING', 1),
      symbolInfo(SETTLING, 'OMG', 'PERPETUAL', 'SETTLING', 4),
    ],
  });
}

function openInterestNow(view: ContractView): WireAnswer {
  return ok({
    openInterest: units(view, view.openInterest),
    symbol: view.contract.symbol,
    time: view.at,
  });
}

const DEPTH_LIMITS = [5, 10, 20, 50, 100, 500, 1000];

/** A thousand levels reach about 2 % on large coins, 6 % on small ones; fewer reach less. */
function depth(view: ContractView, query: URLSearchParams): WireAnswer {
  const limit = Number(query.get('limit') ?? 500);
  if (!DEPTH_LIMITS.includes(limit)) {
    return { status: 400, body: { code: -4021, msg: `${limit} is not valid depth limit.` } };
  }
  const full = view.contract.size.openInterestUsd > 2e9 ? 0.022 : 0.062;
  const distances = levelDistances(limit, full * (limit / 1000) ** 0.7, tickDistance(view));
  const tick = 10 ** -view.contract.asset.priceDecimals;
  const rows = (side: 'bid' | 'ask') =>
    bookSide(view, side, distances, tick).map((row) => [
      row.price.toFixed(view.contract.asset.priceDecimals),
      row.size.toFixed(3),
    ]);
  return ok({
    lastUpdateId: view.at,
    E: view.at,
    T: view.at,
    bids: rows('bid'),
    asks: rows('ask'),
  });
}
