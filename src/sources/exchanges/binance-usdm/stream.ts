import { BINANCE_STREAMS, readBinanceFrame } from '../../kit/binance-stream.ts';
import type { StreamDefinition } from '../../kit/stream.ts';
import { coinOf, ID } from './name.ts';

/**
 * Marks of every symbol once a second and liquidations over one connection, so that the marks prove
 * it alive: the route without `/market` still shakes hands and says nothing. Of liquidations the venue
 * sends at most one a symbol and second.
 */
export const binanceUsdmStream: StreamDefinition = {
  wsUrl: 'wss://fstream.binance.com',
  feeds: () => [
    {
      name: 'market',
      path: `/market/stream?${BINANCE_STREAMS}`,
      subscribe: [],
      silentAfterMs: 20_000,
      read: (frame, context) =>
        readBinanceFrame(frame, context, {
          ...{ source: ID, coinOf, symbolType: 1 },
          contractOf: () => 'coin',
        }),
    },
  ],
};
