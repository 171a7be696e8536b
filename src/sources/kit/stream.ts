import type { EpochMs } from '../../ports.ts';
import type { AssetId, SourceId } from '../../signals/model/ids.ts';
import type { LiquidationObservation } from '../../signals/model/observations.ts';

/** The venue's mark price of one instrument, per single coin; the next one replaces it. */
export interface MarkEvent {
  kind: 'mark';
  source: SourceId;
  asset: AssetId;
  instrument: string;
  markPriceUsd: number;
  /** Absent when the venue did not send it along; it says nothing about an earlier one. */
  indexPriceUsd?: number;
  /** Epoch ms: the venue's own time stamp where it gives one, else when the frame was read. */
  observedAt: EpochMs;
}

/** What one frame said. */
export interface StreamBatch {
  marks: MarkEvent[];
  liquidations: LiquidationObservation[];
  /** Rows that did not decode; never guessed. Rows left out by rule are not counted. */
  dropped: number;
  /** Up to 5 log-safe samples of why. */
  dropSamples: string[];
}

/** What a feed may be about; an `InstrumentRef` is one. */
export interface WatchedInstrument {
  instrument: string;
  asset: AssetId;
}

/** The WebSocket feeds of one venue. */
export interface StreamDefinition {
  /** Default scheme and host, `wss://fstream.binance.com`; a configured one replaces it, path prefix kept. */
  wsUrl: string;
  /**
   * Connections to hold. `instruments`: what is watched, largest first, for venues where each has its
   * own topic; all-symbol feeds ignore it. A feed that would subscribe to nothing is left out.
   */
  feeds(instruments: readonly WatchedInstrument[]): StreamFeed[];
}

export interface StreamFeed {
  /** For logs and metrics; unique within the venue. */
  name: string;
  /** After `wsUrl`, with its query. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Text frames sent in order after the connection opened. */
  subscribe: readonly string[];
  /** Pause between two of them, ms; default none. */
  subscribeEveryMs?: number;
  /** What this venue wants said to stay connected. Protocol pings are sent and answered besides. */
  ping?: { everyMs: number; text: string };
  /** Nothing that proves the feed alive for so long: the alarm, and a new connection. */
  silentAfterMs: number;
  /**
   * What proves it alive: events (default), or any frame and any pong. The latter is for feeds of
   * liquidations alone, which are rightly silent for hours.
   */
  aliveBy?: 'events' | 'frames';
  /** Frames are gzipped (HTX). */
  gzip?: boolean;
  /**
   * Events of one decoded frame; may answer (HTX' ping, Deribit's test request). Rows are decoded one
   * by one. Throws `SourceError` when the frame says that a subscription was refused.
   */
  read(frame: unknown, context: ReadContext): StreamBatch;
}

export interface ReadContext {
  now(): EpochMs;
  /** Sends a text frame. */
  reply(text: string): void;
}

/**
 * Coins or dollars in one contract: coins for linear instruments, USD for inverse ones.
 * @public For feeds that count in contracts.
 */
export type ContractSizeOf = (instrument: string) => number | undefined;
