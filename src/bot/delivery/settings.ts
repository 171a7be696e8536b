/** How one delivery worker behaves. Durations in ms of the program's clock, deadlines in real ms. */
export interface DeliverySettings {
  /** Messages claimed at once; also the most under way at a time. */
  claimLimit: number;
  /** How long a claim is ours. Longer than waiting for pace, drawing and sending together. */
  leaseMs: number;
  /** A send without an answer after this is `unknown`. */
  sendDeadlineMs: number;
  /** A chart that takes longer is left out. */
  drawDeadlineMs: number;
  /** Pause between looks at an empty outbox. */
  pollMs: number;
  /** First wait after `retry` without a wish of the platform; doubles up to `retryMaxMs`. */
  retryBaseMs: number;
  retryMaxMs: number;
  /** After stop, sends under way get this long before they are cut off. */
  stopGraceMs: number;
  /**
   * A platform that recognises a repeated id does so for a few minutes only (Discord: "a few
   * minutes"); past this age of the message a repeat counts as a second copy.
   */
  idempotenceWindowMs: number;
}

export const DELIVERY_DEFAULTS: DeliverySettings = {
  claimLimit: 16,
  leaseMs: 120_000,
  sendDeadlineMs: 30_000,
  drawDeadlineMs: 5_000,
  pollMs: 1_000,
  retryBaseMs: 2_000,
  retryMaxMs: 300_000,
  stopGraceMs: 5_000,
  idempotenceWindowMs: 150_000,
};
