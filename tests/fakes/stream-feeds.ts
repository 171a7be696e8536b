import { SourceError } from '../../src/errors.ts';
import { assetId } from '../../src/signals/assets.ts';
import type {
  StreamBatch,
  StreamDefinition,
  StreamFeed,
  WatchedInstrument,
} from '../../src/sources/kit/stream.ts';

const BTC = assetId('BTC');

/**
 * A feed that understands `{mark: [name, price]}`, `{closed: USD}`, `{bad: true}`, `{refuse: reason}`,
 * `{bug: true}` and ignores the rest.
 */
export function makeFeed(changes: Partial<StreamFeed> = {}): StreamFeed {
  return {
    name: 'market',
    path: '/ws',
    subscribe: ['one'],
    silentAfterMs: 20_000,
    read,
    ...changes,
  };
}

export function definitionOf(...feeds: StreamFeed[]): StreamDefinition {
  return { wsUrl: 'wss://venue.example', feeds: () => feeds };
}

export function watched(...names: string[]): WatchedInstrument[] {
  return names.map((instrument) => ({ instrument, asset: BTC }));
}

function read(frame: unknown, { now }: { now(): number }): StreamBatch {
  const told = frame as {
    mark?: [string, number];
    closed?: number;
    bad?: true;
    refuse?: SourceError['reason'];
    bug?: true;
  };
  if (told.refuse !== undefined) throw new SourceError(told.refuse, 'a topic was refused');
  if (told.bug === true) throw new TypeError('text of the venue');
  const identity = { source: 'venue', asset: BTC, observedAt: now() };
  const batch: StreamBatch = { marks: [], liquidations: [], dropped: 0, dropSamples: [] };
  if (told.bad === true) return { ...batch, dropped: 1, dropSamples: ['row 1: is bad'] };
  if (told.mark !== undefined) {
    const [instrument, markPriceUsd] = told.mark;
    batch.marks.push({ kind: 'mark', ...identity, instrument, markPriceUsd });
  }
  if (told.closed !== undefined) {
    batch.liquidations.push({
      kind: 'liquidation',
      ...identity,
      instrument: 'BTC',
      side: 'long',
      sizeBase: told.closed / 100,
      priceUsd: 100,
      sizeUsd: told.closed,
      completeness: 'all',
    });
  }
  return batch;
}
