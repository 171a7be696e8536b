import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { canonicalAsset } from '../../../signals/assets.ts';
import { absentable, positiveNumber } from '../../kit/decode.ts';
import type { ReadContext, StreamBatch, StreamDefinition } from '../../kit/stream.ts';
import { createEventRows, NO_EVENTS, unknownFrame } from '../../kit/stream-batch.ts';
import { ID } from './info.ts';

/** An address may hold 1000 subscriptions. */
const MOST_COINS = 300;

/**
 * Marks by `activeAssetCtx`, one subscription a coin. The all-coin topics do not serve: `allMids` has
 * mids and no marks, `allDexsAssetCtxs` no names, `fastAssetCtxs` no oracle price. The venue
 * publishes no liquidations.
 */
export const hyperliquidStream: StreamDefinition = {
  wsUrl: 'wss://api.hyperliquid.xyz',
  feeds(instruments) {
    const coins = instruments
      .map(({ instrument }) => instrument)
      .filter((name) => canonicalAsset(name, 'k-prefix') !== undefined)
      .slice(0, MOST_COINS);
    if (coins.length === 0) return [];
    return [
      {
        name: 'marks',
        path: '/ws',
        subscribe: coins.map((coin) =>
          JSON.stringify({ method: 'subscribe', subscription: { type: 'activeAssetCtx', coin } }),
        ),
        // 2000 messages a minute are allowed.
        subscribeEveryMs: 50,
        ping: { everyMs: 30_000, text: JSON.stringify({ method: 'ping' }) },
        silentAfterMs: 60_000,
        read,
      },
    ];
  },
};

const frameSchema = z.object({ channel: z.string(), data: z.unknown().optional() });
const pricesSchema = z.object({
  coin: z.string().min(1),
  ctx: z.object({ markPx: positiveNumber, oraclePx: absentable(positiveNumber) }),
});
const WORDS = new Set(['subscriptionResponse', 'pong']);

function read(frame: unknown, { now }: ReadContext): StreamBatch {
  const named = frameSchema.safeParse(frame);
  if (!named.success) return unknownFrame();
  const { channel, data } = named.data;
  if (WORDS.has(channel)) return NO_EVENTS;
  if (channel === 'error') throw new SourceError('unsupported', 'a subscription was refused');
  if (channel !== 'activeAssetCtx') return unknownFrame();
  const instrument = (data as { coin?: unknown } | undefined)?.coin;
  const coin =
    typeof instrument === 'string' && instrument !== ''
      ? canonicalAsset(instrument, 'k-prefix')
      : undefined;
  const rows = createEventRows(ID);
  // Names of builder-deployed dexes have a colon.
  if (coin === undefined && typeof instrument === 'string' && instrument !== '') return NO_EVENTS;
  const prices = rows.row(instrument).read('market', pricesSchema, data);
  if (prices !== undefined && coin !== undefined) {
    const { markPx, oraclePx } = prices.ctx;
    rows.mark({
      asset: coin.asset,
      instrument: prices.coin,
      markPriceUsd: markPx / coin.multiplier,
      ...(oraclePx === undefined ? {} : { indexPriceUsd: oraclePx / coin.multiplier }),
      // The topic carries no time.
      observedAt: now(),
    });
  }
  return rows.batch();
}
