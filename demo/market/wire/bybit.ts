import { bookSide, levelDistances, tickDistance } from '../order-book.ts';
import { type ContractView, hourlyInterest, settledRates, type VenueView } from '../venue-view.ts';
import { timeParameter, type WireAnswer, type WireRequest, wholeParameter } from './answer.ts';

const DAY_MS = 86_400_000;

/**
 * Bybit v5 market data. Its `openInterest` counts both sides; `single…` fields count one. Every
 * failure is HTTP 200 with a `retCode`. All figures are strings.
 */
export function answerBybit(request: WireRequest, view: VenueView): WireAnswer {
  const handler = HANDLERS[request.path];
  if (request.method !== 'GET' || handler === undefined) return { status: 404, body: '' };
  const category = request.query.get('category');
  if (category !== 'linear' && category !== 'inverse') {
    return failure(view, 10001, 'Illegal category', {});
  }
  const inverse = category === 'inverse';
  const contracts = view.contracts.filter((entry) => entry.contract.inverse === inverse);
  return handler({ query: request.query, view, contracts, category });
}

interface Call {
  query: URLSearchParams;
  view: VenueView;
  contracts: readonly ContractView[];
  category: 'linear' | 'inverse';
}

const HANDLERS: Readonly<Record<string, (call: Call) => WireAnswer>> = {
  '/v5/market/tickers': tickers,
  '/v5/market/instruments-info': instruments,
  '/v5/market/orderbook': (call) => withSymbol(call, orderBook),
  '/v5/market/kline': (call) => withSymbol(call, klines),
  '/v5/market/open-interest': (call) => withSymbol(call, interestHistory),
  '/v5/market/funding/history': (call) => withSymbol(call, fundingHistory),
};

function success(view: VenueView, result: unknown): WireAnswer {
  return {
    status: 200,
    body: { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: view.at },
  };
}

function failure(view: VenueView, retCode: number, retMsg: string, result: unknown): WireAnswer {
  return { status: 200, body: { retCode, retMsg, result, retExtInfo: {}, time: view.at } };
}

function withSymbol(
  call: Call,
  answer: (contract: ContractView, call: Call) => WireAnswer,
): WireAnswer {
  const symbol = call.query.get('symbol');
  const contract = call.contracts.find((entry) => entry.contract.symbol === symbol);
  if (contract === undefined) {
    const empty = { category: '', list: [], nextPageCursor: '' };
    return failure(call.view, 10001, 'params error: symbol invalid', empty);
  }
  return answer(contract, call);
}

function price(view: ContractView, usd: number): string {
  return (usd * view.contract.asset.unitCoins).toFixed(view.contract.asset.priceDecimals);
}

/** Contract units as the venue writes them: venue units of the coin, or whole USD. */
function size(view: ContractView, amount: number): string {
  return view.contract.inverse
    ? amount.toFixed(0)
    : (amount / view.contract.asset.unitCoins).toFixed(3);
}

/** Linear: venue units and USDT. Inverse: USD and coins. */
function volumes(
  view: ContractView,
  usd: number,
  priceUsd: number,
): { volume: string; turnover: string } {
  const coins = usd / priceUsd;
  return view.contract.inverse
    ? { volume: usd.toFixed(4), turnover: coins.toFixed(4) }
    : {
        volume: (coins / view.contract.asset.unitCoins).toFixed(4),
        turnover: usd.toFixed(4),
      };
}

function tickerRow(view: ContractView): Record<string, unknown> {
  const { contract } = view;
  const single = view.openInterest;
  const value = contract.inverse ? single / view.markPriceUsd : single * view.markPriceUsd;
  const { volume, turnover } = volumes(view, view.volume24hUsd, view.lastPriceUsd);
  const tick = 10 ** -contract.asset.priceDecimals / contract.asset.unitCoins;
  return {
    symbol: contract.symbol,
    lastPrice: price(view, view.lastPriceUsd),
    indexPrice: price(view, view.indexPriceUsd),
    markPrice: price(view, view.markPriceUsd),
    prevPrice24h: price(view, view.day.openUsd),
    price24hPcnt: (view.lastPriceUsd / view.day.openUsd - 1).toFixed(6),
    highPrice24h: price(view, view.day.highUsd),
    lowPrice24h: price(view, view.day.lowUsd),
    prevPrice1h: price(view, view.hourAgoUsd),
    openInterest: size(view, single * 2),
    openInterestValue: (value * 2).toFixed(2),
    singleOpenInterest: size(view, single),
    singleOpenInterestValue: value.toFixed(2),
    turnover24h: turnover,
    volume24h: volume,
    fundingRate: view.fundingRate.toFixed(8),
    nextFundingTime: String(view.nextFundingAt),
    predictedDeliveryPrice: '',
    basisRate: '',
    deliveryFeeRate: '',
    deliveryTime: '0',
    ask1Size: '1.000',
    bid1Price: price(view, view.lastPriceUsd - tick),
    ask1Price: price(view, view.lastPriceUsd + tick),
    bid1Size: '1.000',
    basis: '',
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
    fundingIntervalHour: String(contract.fundingIntervalHours),
    basisRateYear: '',
    fundingCap: '0.005',
  };
}

/** The real answer also has dated futures: no funding, a delivery time. */
function datedRow(view: ContractView): Record<string, unknown> {
  return {
    ...tickerRow(view),
    symbol: 'BTCUSDT-25DEC26',
    openInterest: '412.340',
    openInterestValue: (412.34 * view.markPriceUsd).toFixed(2),
    singleOpenInterest: '206.170',
    singleOpenInterestValue: (206.17 * view.markPriceUsd).toFixed(2),
    fundingRate: '',
    nextFundingTime: '0',
    deliveryTime: String(Date.UTC(2026, 11, 25, 8)),
    basis: '310.5',
    basisRate: '0.004',
    fundingIntervalHour: '',
    fundingCap: '',
  };
}

function tickers(call: Call): WireAnswer {
  const symbol = call.query.get('symbol');
  const wanted = call.contracts.filter(
    (entry) => symbol === null || entry.contract.symbol === symbol,
  );
  const list = wanted.map(tickerRow);
  const bitcoin = call.contracts[0];
  if (symbol === null && call.category === 'linear' && bitcoin !== undefined) {
    list.push(datedRow(bitcoin));
  }
  return success(call.view, { category: call.category, list });
}

function instruments(call: Call): WireAnswer {
  const list = call.contracts.map(({ contract }) => ({
    symbol: contract.symbol,
    contractType: contract.inverse ? 'InversePerpetual' : 'LinearPerpetual',
    status: 'Trading',
    baseCoin: contract.symbol.replace(/USDT?$/, ''),
    quoteCoin: contract.inverse ? 'USD' : 'USDT',
    launchTime: '1584230400000',
    deliveryTime: '0',
    deliveryFeeRate: '',
    priceScale: String(contract.asset.priceDecimals),
    leverageFilter: {
      minLeverage: '1',
      maxLeverage: contract.size.maxLeverage.toFixed(2),
      leverageStep: '0.01',
    },
    priceFilter: { tickSize: (10 ** -contract.asset.priceDecimals).toString() },
    fundingInterval: contract.fundingIntervalHours * 60,
    settleCoin: contract.inverse ? contract.asset.asset : 'USDT',
    upperFundingRate: '0.005',
    lowerFundingRate: '-0.005',
  }));
  return success(call.view, { category: call.category, list, nextPageCursor: '' });
}

function orderBook(view: ContractView, call: Call): WireAnswer {
  const limit = wholeParameter(call.query, 'limit', 25, 1000);
  const full = view.contract.size.openInterestUsd > 1e9 ? 0.022 : 0.062;
  const distances = levelDistances(limit, full * (limit / 1000) ** 0.7, tickDistance(view));
  const tick = 10 ** -view.contract.asset.priceDecimals;
  const rows = (side: 'bid' | 'ask') =>
    bookSide(view, side, distances, tick).map((row) => [
      row.price.toFixed(view.contract.asset.priceDecimals),
      view.contract.inverse ? row.size.toFixed(0) : row.size.toFixed(3),
    ]);
  return success(call.view, {
    s: view.contract.symbol,
    b: rows('bid'),
    a: rows('ask'),
    ts: view.at,
    u: Math.floor(view.at / 1000),
    seq: view.at,
    cts: view.at,
  });
}

/** Newest first, the newest `limit` of the window. */
function newestFirst<Row>(
  rows: readonly Row[],
  at: (row: Row) => number,
  range: { start: number | undefined; end: number | undefined; limit: number },
): Row[] {
  return rows
    .filter((row) => at(row) >= (range.start ?? 0))
    .filter((row) => at(row) <= (range.end ?? Number.POSITIVE_INFINITY))
    .slice(-range.limit)
    .reverse();
}

function klines(view: ContractView, call: Call): WireAnswer {
  const { query } = call;
  if (query.get('interval') !== '60') {
    return failure(call.view, 10001, 'Not supported interval in this simulation', {});
  }
  const rows = newestFirst(view.hours, (row) => row.hourAt, {
    start: timeParameter(query, 'start'),
    end: timeParameter(query, 'end'),
    limit: wholeParameter(query, 'limit', 200, 1000),
  });
  const list = rows.map((row) => {
    const { volume, turnover } = volumes(view, row.volumeUsd, row.closeUsd);
    const prices = [row.openUsd, row.highUsd, row.lowUsd, row.closeUsd];
    return [String(row.hourAt), ...prices.map((usd) => price(view, usd)), volume, turnover];
  });
  return success(call.view, { category: call.category, symbol: view.contract.symbol, list });
}

/** Pages backwards in time: the cursor names the oldest row given so far. */
function interestHistory(view: ContractView, call: Call): WireAnswer {
  const { query } = call;
  if (query.get('intervalTime') !== '1h') {
    return failure(call.view, 10001, 'Invalid intervalTime', {});
  }
  const limit = wholeParameter(query, 'limit', 50, 200);
  const before = cursorTime(query.get('cursor'));
  const start = timeParameter(query, 'startTime');
  const end = timeParameter(query, 'endTime');
  const inside = hourlyInterest(view).filter(
    (row) =>
      row.at >= (start ?? 0) &&
      row.at <= (end ?? Number.POSITIVE_INFINITY) &&
      row.at < (before ?? Number.POSITIVE_INFINITY),
  );
  const page = inside.slice(-limit).reverse();
  const oldest = page.at(-1);
  const more = inside.length > limit && oldest !== undefined;
  return success(call.view, {
    symbol: view.contract.symbol,
    category: call.category,
    list: page.map((row) => ({
      openInterest: (Number(size(view, row.size)) * 2).toFixed(8),
      singleOpenInterest: size(view, row.size),
      timestamp: String(row.at),
    })),
    nextPageCursor: more
      ? `lastid%3D${Math.floor(oldest.at / 3_600_000)}%26lasttime%3D${Math.floor(oldest.at / 1000)}`
      : '',
  });
}

/** The time in `lastid=…&lasttime=<seconds>`, percent-encoded or not; undefined without a cursor. */
function cursorTime(cursor: string | null): number | undefined {
  const seconds = /lasttime=(\d+)/.exec(decodeURIComponent(cursor ?? ''))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function fundingHistory(view: ContractView, call: Call): WireAnswer {
  const { query } = call;
  const start = timeParameter(query, 'startTime');
  const end = timeParameter(query, 'endTime');
  if (start !== undefined && end === undefined) {
    return failure(call.view, 10001, 'params error: endTime is required with startTime', {});
  }
  const oldest = view.at - 400 * DAY_MS;
  const rows = newestFirst(settledRates(view), (row) => row.at, {
    start: start ?? oldest,
    end,
    limit: wholeParameter(query, 'limit', 200, 200),
  });
  return success(call.view, {
    category: call.category,
    list: rows.map((row) => ({
      symbol: view.contract.symbol,
      fundingRate: row.rate.toFixed(8),
      fundingRateTimestamp: String(row.at),
    })),
  });
}
