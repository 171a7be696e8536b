/** Times of the gateway's supervision, ms of the real clock; changed by tests only. */
export interface GatewayTiming {
  /** Wait after a login that failed: this, doubled each time, up to `mostWaitMs`. */
  firstWaitMs: number;
  mostWaitMs: number;
  /** Connected so long: later failures are new ones, with short waits again. */
  steadyAfterMs: number;
  /** The same for connections within one login; the library's own wait would be 0.5 s for ever. */
  mostReconnectWaitMs: number;
  /** How often the watchdog looks. */
  checkEveryMs: number;
  /** Not connected for so long: login anew. */
  notReadyAfterMs: number;
  /** No heartbeat answered for so long (Discord's interval is 41 s): login anew. */
  silentAfterMs: number;
  /** The library waits this long for the first word of a connection. */
  helloWithinMs: number;
  /** Between two looks at whether a refused token is accepted again. */
  refusedTokenMs: number;
  /** For a proper goodbye. */
  closeWithinMs: number;
}

export const GATEWAY_TIMING: GatewayTiming = {
  firstWaitMs: 1_000,
  mostWaitMs: 300_000,
  steadyAfterMs: 60_000,
  mostReconnectWaitMs: 30_000,
  checkEveryMs: 5_000,
  notReadyAfterMs: 120_000,
  silentAfterMs: 150_000,
  helloWithinMs: 20_000,
  refusedTokenMs: 600_000,
  closeWithinMs: 2_000,
};

/** `firstMs`, doubled with each failure before, at most `mostMs`, with jitter down to the half. */
export function growingWait(
  failuresBefore: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
  random: () => number,
): number {
  const wholeMs = Math.min(mostMs, firstMs * 2 ** Math.min(failuresBefore, 30));
  return wholeMs * (0.5 + random() / 2);
}
