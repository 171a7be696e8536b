import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { LiquidationObservation } from '../../../src/signals/model/observations.ts';
import type {
  ContractSizeOf,
  MarkEvent,
  StreamBatch,
  StreamDefinition,
  StreamFeed,
} from '../../../src/sources/kit/stream.ts';

const EXCHANGES = join(import.meta.dirname, '../../../src/sources/exchanges');
const FIXTURES = join(import.meta.dirname, '../../fixtures/streams');

/** Frames of one venue and what they say, worked out by hand. */
export interface StreamFixture {
  origin: string;
  now: number;
  instruments: { asset: string; instrument: string }[];
  /** Coins or USD in one contract, where the venue's frames count contracts. */
  contractSizes?: Record<string, number>;
  frames: FixtureFrame[];
}

export interface FixtureFrame {
  /** Name of the feed it comes over. */
  feed: string;
  /** What it shows. */
  name: string;
  frame: unknown;
  marks?: MarkEvent[];
  liquidations?: LiquidationObservation[];
  dropped?: number;
  replies?: string[];
  /** Figures this kind of frame may rightly lack, and then says nothing. */
  mayLack?: string[];
  /** Reason of the error it must raise. */
  refused?: string;
}

export interface StreamUnderTest {
  id: string;
  definition: StreamDefinition;
  fixture: StreamFixture;
  feeds: StreamFeed[];
}

/** Every `stream.ts` below the exchanges, found, not listed. */
export async function findStreams(): Promise<StreamUnderTest[]> {
  const ids = readdirSync(EXCHANGES).filter((id) => existsSync(join(EXCHANGES, id, 'stream.ts')));
  return await Promise.all(ids.map(load));
}

async function load(id: string): Promise<StreamUnderTest> {
  const text = readFileSync(join(FIXTURES, `${id}.json`), 'utf8');
  const fixture = JSON.parse(text) as StreamFixture;
  const module = (await import(join(EXCHANGES, id, 'stream.ts'))) as Record<string, unknown>;
  const [name, exported] = Object.entries(module).find(([key]) => key.endsWith('Stream')) ?? [];
  if (name === undefined) throw new Error(`${id}: stream.ts exports nothing ending in Stream`);
  const sizes = fixture.contractSizes ?? {};
  const definition =
    typeof exported === 'function'
      ? (exported as (sizeOf: ContractSizeOf) => StreamDefinition)((one) => sizes[one])
      : (exported as StreamDefinition);
  const watched = fixture.instruments.map(({ asset, instrument }) => ({
    asset: assetId(asset),
    instrument,
  }));
  return { id, definition, fixture, feeds: definition.feeds(watched) };
}

export interface ReadResult extends StreamBatch {
  replies: string[];
  refused?: string;
}

/** What a feed makes of a frame; a refusal is told, anything else it throws is a fault. */
export function readFrame(feed: StreamFeed, frame: unknown, now: number): ReadResult {
  const replies: string[] = [];
  try {
    const batch = feed.read(frame, { now: () => now, reply: (text) => replies.push(text) });
    return { ...batch, replies };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const nothing = { marks: [], liquidations: [], dropped: 0, dropSamples: [] };
    return { ...nothing, replies, refused: error.reason };
  }
}

export function feedNamed(stream: StreamUnderTest, name: string): StreamFeed {
  const feed = stream.feeds.find((one) => one.name === name);
  if (feed === undefined) throw new Error(`${stream.id}: no feed ${name}`);
  return feed;
}
