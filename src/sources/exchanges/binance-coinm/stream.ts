import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { BINANCE_STREAMS, readBinanceFrame } from '../../kit/binance-stream.ts';
import type { ContractSizeOf, StreamDefinition } from '../../kit/stream.ts';

const ID = 'binance-coinm';

/**
 * Marks of every symbol once a second and liquidations over one connection. Sizes are contracts of a
 * number of USD: `contractSizeOf` tells it (100 for BTC, 10 for the others).
 */
export function createBinanceCoinmStream(contractSizeOf: ContractSizeOf): StreamDefinition {
  return {
    wsUrl: 'wss://dstream.binance.com',
    feeds: () => [
      {
        name: 'market',
        path: `/stream?${BINANCE_STREAMS}`,
        subscribe: [],
        silentAfterMs: 20_000,
        read: (frame, context) =>
          readBinanceFrame(frame, context, {
            ...{ source: ID, coinOf, symbolType: 2 },
            contractOf: contractSizeOf,
          }),
      },
    ],
  };
}

/** The coin of `BTCUSD_PERP`; undefined for dated names. */
function coinOf(symbol: string): CanonicalAsset | undefined {
  const base = /^([A-Z0-9]+)USD_PERP$/.exec(symbol)?.[1];
  return base === undefined ? undefined : canonicalAsset(base, 'plain');
}
