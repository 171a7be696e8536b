import { z } from 'zod';
import type {
  Gap,
  MarketObservation,
  Observation,
  WantedKind,
} from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import { createTally } from '../../kit/tally.ts';
import { type Contract, type Contracts, readContracts } from './contracts.ts';
import { getData } from './envelope.ts';
import { fundingSchema } from './funding.ts';
import { ID } from './name.ts';
import { readLiveRows, readNamedRows } from './rows.ts';

const SWAPS = { instType: 'SWAP' };
const INDEX_QUOTES = ['USDT', 'USDC', 'USD'] as const;

const tickerSchema = z.object({ last: positiveNumber, volCcy24h: nonNegativeNumber });
const indexSchema = z.object({ idxPx: positiveNumber });

interface Mark {
  markPx: number;
  ts: number;
}

/** Funding, open interest and market figures of every live swap. Throws when none is known. */
export async function fetchSnapshot(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const contracts = await readContracts(context);
  const part = <T>(wanted: WantedKind, read: () => Promise<T>) =>
    partOrGaps(ID, [wanted], gaps, read);
  const liveRows = <T>(
    wanted: WantedKind,
    endpoint: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
  ) =>
    part(wanted, async () => {
      const rows = await getData(context, endpoint, query);
      return readLiveRows(rows, wanted, schema, contracts, tally);
    });

  const ts = epochMs(context.now());
  const interestSchema = z.object({ oiCcy: nonNegativeNumber, oiUsd: nonNegativeNumber, ts });
  const markSchema = z.object({ markPx: positiveNumber, ts });
  const indexNames = namesOfIndices(contracts);
  const [funding, interest, marks, tickers, ...indices] = await Promise.all([
    // ANY brings X-Perps too, which are futures by the venue's own word.
    liveRows('funding', 'public/funding-rate', { instId: 'ANY' }, fundingSchema(context.now())),
    liveRows('open-interest', 'public/open-interest', SWAPS, interestSchema),
    liveRows('market', 'public/mark-price', SWAPS, markSchema),
    liveRows('market', 'market/tickers', SWAPS, tickerSchema),
    ...INDEX_QUOTES.map((quoteCcy) =>
      part('market', async () => {
        const rows = await getData(context, 'market/index-tickers', { quoteCcy });
        return readNamedRows(rows, 'market', indexSchema, (name) => indexNames.has(name), tally);
      }),
    ),
  ]);

  const observations = [...contracts].flatMap(([instrument, contract]): Observation[] => {
    const identity = { source: ID, asset: contract.coin.asset, instrument };
    const rate = funding?.get(instrument);
    const open = interest?.get(instrument);
    const mark = marks?.get(instrument);
    const index = indices.find((one) => one?.has(contract.index ?? ''));
    const indexPrice = index?.get(contract.index ?? '')?.idxPx;
    const volume24hUsd = volumeUsd(tickers?.get(instrument));
    return [
      ...(rate === undefined ? [] : [{ kind: 'funding', ...identity, ...rate } as const]),
      ...(mark === undefined
        ? []
        : [{ ...marketOf(mark, contract, indexPrice, volume24hUsd), ...identity }]),
      ...(open === undefined
        ? []
        : [
            {
              kind: 'open-interest',
              ...identity,
              openInterestBase: open.oiCcy,
              openInterestUsd: open.oiUsd,
              counting: 'as published, taken as one-sided',
              observedAt: open.ts,
            } as const,
          ]),
    ];
  });
  return tally.batch(observations, gaps);
}

/** Swaps of one underlying share an index: `BTC-USD` serves BTC-USD-SWAP and BTC-USD_UM-SWAP. */
function namesOfIndices(contracts: Contracts): ReadonlySet<string> {
  const live = [...contracts.values()].filter(({ state }) => state === 'live');
  return new Set(live.flatMap(({ index }) => index ?? []));
}

/** `volCcy24h` counts coins on inverse swaps too. */
function volumeUsd(ticker: z.infer<typeof tickerSchema> | undefined): number | undefined {
  return ticker === undefined ? undefined : ticker.volCcy24h * ticker.last;
}

function marketOf(
  { markPx, ts }: Mark,
  { assetClass, maxLeverage }: Contract,
  indexPriceUsd: number | undefined,
  volume24hUsd: number | undefined,
): Omit<MarketObservation, 'source' | 'asset' | 'instrument'> {
  return {
    kind: 'market',
    markPriceUsd: markPx,
    ...(indexPriceUsd === undefined ? {} : { indexPriceUsd }),
    ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(assetClass === undefined ? {} : { assetClass }),
    observedAt: ts,
  };
}
