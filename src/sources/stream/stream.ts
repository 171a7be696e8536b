import type { Clock, Logger, Random } from '../../ports.ts';
import type { SourceId } from '../../signals/model/ids.ts';
import type { MarkEvent, StreamDefinition, StreamFeed, WatchedInstrument } from '../kit/stream.ts';
import { createEventStore, type DrainedLiquidations } from './event-store.ts';
import { createFeedRecord, type FeedRecord, type FeedStatus } from './feed-status.ts';
import { keepFeed } from './keep-feed.ts';
import { STREAM_LIMITS, type StreamLimits } from './limits.ts';
import { type OpenSocket, openSocket } from './open-socket.ts';
import { tellChange } from './tell-change.ts';

export interface StreamOptions {
  source: SourceId;
  definition: StreamDefinition;
  /** Replaces the venue's own; a path prefix is kept. */
  wsUrl?: string;
  clock: Clock;
  log: Logger;
  random: Random;
  /** Ends everything. */
  signal: AbortSignal;
  limits?: Partial<StreamLimits>;
  /** @public For tests. */
  open?: OpenSocket;
}

/** The live feeds of one venue. What they bring waits here, bounded, until it is drained. */
export interface VenueStream {
  /**
   * Connects to the feeds for these instruments, largest first. Called again with others it changes
   * the connections whose topics differ, at most once in `replanAfterMs`, so that a ranking that
   * wavers does not tear at them.
   */
  watch(instruments: readonly WatchedInstrument[]): void;
  /** The newest mark of each instrument that had one since the last call. */
  drain(): MarkEvent[];
  drainLiquidations(): DrainedLiquidations;
  status(): StreamStatus;
  /** Resolves once all connections are gone after `signal` aborted. */
  done: Promise<void>;
}

export interface StreamStatus {
  feeds: FeedStatus[];
  /** Ever: marks of instruments beyond the bound, liquidations that found the queue full. */
  marksRefused: number;
  liquidationsLost: number;
}

interface RunningFeed {
  key: string;
  record: FeedRecord;
  stop: AbortController;
}

export function createVenueStream(options: StreamOptions): VenueStream {
  const { clock, definition, log, random, signal, source } = options;
  const limits = { ...STREAM_LIMITS, ...options.limits };
  const base = (options.wsUrl ?? definition.wsUrl).replace(/\/+$/, '');
  const store = createEventStore(limits);
  const stopped = Promise.withResolvers<void>();
  const work = new Set<Promise<void>>();
  let running: RunningFeed[] = [];
  let plannedAt: number | undefined;

  function start(feed: StreamFeed): RunningFeed {
    const record = createFeedRecord(source, feed.name, () => clock.now(), tellChange(log));
    const stop = new AbortController();
    const kept = keepFeed({
      ...{ feed, record, clock, random, limits },
      url: base + feed.path,
      open: options.open ?? openSocket,
      events: (batch) => store.add(batch),
      signal: AbortSignal.any([signal, stop.signal]),
    }).finally(() => work.delete(kept));
    work.add(kept);
    return { key: keyOf(feed), record, stop };
  }

  function watch(instruments: readonly WatchedInstrument[]): void {
    const now = clock.now();
    if (plannedAt !== undefined && now - plannedAt < limits.replanAfterMs) return;
    const feeds = definition.feeds(instruments);
    // Nothing known yet is no plan: the next call may bring it.
    if (feeds.length > 0) plannedAt = now;
    const wanted = new Set(feeds.map(keyOf));
    const kept = running.filter(({ key }) => wanted.has(key));
    for (const one of running) if (!wanted.has(one.key)) one.stop.abort();
    const held = new Set(kept.map(({ key }) => key));
    running = [...kept, ...feeds.filter((feed) => !held.has(keyOf(feed))).map(start)];
  }

  async function end(): Promise<void> {
    await Promise.allSettled(work);
    stopped.resolve();
  }
  if (signal.aborted) stopped.resolve();
  else signal.addEventListener('abort', () => void end(), { once: true });

  return {
    watch,
    drain: () => store.drainMarks(),
    drainLiquidations: () => store.drainLiquidations(),
    status: () => ({
      feeds: running.map(({ record }) => record.snapshot()),
      marksRefused: store.marksRefused,
      liquidationsLost: store.liquidationsLost,
    }),
    done: stopped.promise,
  };
}

function keyOf(feed: StreamFeed): string {
  return JSON.stringify([feed.name, feed.path, feed.subscribe]);
}
