/** Times in ms of the injected clock. Changed by tests only. */
export interface StreamLimits {
  /** From dialling to the handshake's end. */
  connectWithinMs: number;
  /** Wait after a failure: this, doubled with each one in a row, up to `mostWaitMs`. */
  firstWaitMs: number;
  mostWaitMs: number;
  /** Least wait after the venue refused. */
  refusedWaitMs: number;
  /** A feed proved alive by frames alone counts as steady after so long. */
  steadyAfterMs: number;
  /** Planned renewal: Binance ends connections after 24 h, at a moment of its choosing. */
  renewAfterMs: number;
  /** Protocol pings, besides what a venue wants said. */
  pingEveryMs: number;
  /** Connections of another set of instruments are not made anew more often than this. */
  replanAfterMs: number;
  /** Larger frames end the connection; counted after decompression. */
  maxFrameBytes: number;
  /** Frames not read yet: at these the socket is paused, at a half it goes on. */
  pauseAtFrames: number;
  pauseAtBytes: number;
  /** Frames read in one turn of the event loop. */
  framesPerTurn: number;
  /** Instruments whose newest mark is kept until it is drained. */
  maxMarks: number;
  /** Liquidations kept until they are drained. */
  maxLiquidations: number;
}

export const STREAM_LIMITS: StreamLimits = {
  connectWithinMs: 15_000,
  firstWaitMs: 1_000,
  mostWaitMs: 300_000,
  refusedWaitMs: 60_000,
  steadyAfterMs: 300_000,
  renewAfterMs: 23 * 3_600_000,
  pingEveryMs: 25_000,
  replanAfterMs: 3_600_000,
  maxFrameBytes: 8 * 1024 * 1024,
  pauseAtFrames: 4_000,
  pauseAtBytes: 8 * 1024 * 1024,
  framesPerTurn: 50,
  maxMarks: 5_000,
  maxLiquidations: 10_000,
};
