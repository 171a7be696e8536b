import type { EpochMs } from '../../ports.ts';
import type { SourceId } from '../../signals/model/ids.ts';
import type { StreamBatch } from '../kit/stream.ts';

/**
 * - connecting  no word of it yet
 * - live        events came, or what proves a quiet feed alive
 * - silent      connected, and nothing came; stays so until something does
 * - waiting     the connection failed; the next one is at `until`
 * - refused     the venue said no; stays so until something comes
 */
export type FeedState = 'connecting' | 'live' | 'silent' | 'waiting' | 'refused';

/** One feed as it stands, for `/status` and metrics; counts are since the program's start. */
export interface FeedStatus {
  source: SourceId;
  feed: string;
  state: FeedState;
  since: EpochMs;
  /** When the next connection is tried, where that lies ahead. */
  until?: EpochMs;
  /** Why it is not live; log-safe. */
  reason?: string;
  /** Frames received. */
  messages: number;
  /** Marks and liquidations read from them. */
  events: number;
  /** Rows and frames that could not be read. */
  dropped: number;
  /** The latest reasons, at most 5. */
  dropSamples: readonly string[];
  /** Frames there was no room for. */
  framesLost: number;
  /** Connections after the first one. */
  reconnects: number;
  /** Subscriptions the venue refused; others of the same connection may work. */
  refusals: number;
  lastEventAt?: EpochMs;
}

const MAX_SAMPLES = 5;

/** Keeps one feed's status; `now` is asked when a state begins. */
export interface FeedRecord {
  snapshot(): FeedStatus;
  frame(): void;
  lostFrame(): void;
  batch(batch: StreamBatch): void;
  drop(why: string): void;
  refusal(): void;
  /** A connection is dialled; trouble stays told until something is heard. */
  dialled(): void;
  alive(): void;
  trouble(state: 'silent' | 'waiting' | 'refused', reason: string, until: EpochMs): void;
}

export function createFeedRecord(
  source: SourceId,
  feed: string,
  now: () => EpochMs,
  onChange: (status: FeedStatus, before: FeedStatus) => void,
): FeedRecord {
  let connections = 0;
  let status: FeedStatus = {
    source,
    feed,
    state: 'connecting',
    since: now(),
    messages: 0,
    events: 0,
    dropped: 0,
    dropSamples: [],
    framesLost: 0,
    reconnects: 0,
    refusals: 0,
  };

  function enter(state: FeedState, reason?: string, until?: EpochMs): void {
    const before = status;
    const { reason: _reason, until: _until, ...rest } = before;
    status = {
      ...rest,
      state,
      since: before.state === state ? before.since : now(),
      ...(reason === undefined ? {} : { reason }),
      ...(until === undefined ? {} : { until }),
    };
    if (before.state !== state) onChange(status, before);
  }

  function drop(count: number, samples: readonly string[]): void {
    status.dropped += count;
    status.dropSamples = [...status.dropSamples, ...samples].slice(-MAX_SAMPLES);
  }

  return {
    snapshot: () => ({ ...status }),
    frame: () => {
      status.messages += 1;
    },
    lostFrame: () => {
      status.framesLost += 1;
    },
    batch(batch) {
      const events = batch.marks.length + batch.liquidations.length;
      status.events += events;
      if (events > 0) status.lastEventAt = now();
      if (batch.dropped > 0) drop(batch.dropped, batch.dropSamples);
    },
    drop: (why) => drop(1, [why]),
    refusal: () => {
      status.refusals += 1;
    },
    dialled() {
      connections += 1;
      status.reconnects = connections - 1;
      if (status.state === 'silent' || status.state === 'refused') {
        enter(status.state, status.reason);
      } else if (status.state === 'waiting') enter('connecting', status.reason);
      else enter('connecting');
    },
    alive: () => {
      if (status.state !== 'live') enter('live');
    },
    trouble: (state, reason, until) => enter(state, reason, until),
  };
}
