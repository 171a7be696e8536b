/**
 * How one delivery worker behaves. Leases, retries and the age of messages run on the program's
 * clock; pauses, deadlines and everything the platform counts run in real ms.
 */
export interface DeliverySettings {
  /** Most messages under way at a time, drawing and waiting for their turn included. */
  concurrency: number;
  /** How long a claim is ours. Longer than drawing, waiting for pace and sending together. */
  leaseMs: number;
  /** A send without an answer after this is `unknown`. */
  sendDeadlineMs: number;
  /** A chart that takes longer is left out. */
  drawDeadlineMs: number;
  /** Pause between looks at an empty outbox that nobody woke us for. */
  pollMs: number;
  /** First wait after `retry` without a wish of the platform; doubles up to `retryMaxMs`. */
  retryBaseMs: number;
  retryMaxMs: number;
  /** After stop, sends under way get this long before they are cut off. */
  stopGraceMs: number;
  /**
   * A platform that recognises a repeated id does so for a few minutes only (Discord: "a few
   * minutes"); this long after the first uncertain attempt a repeat counts as a second copy.
   */
  idempotenceWindowMs: number;
  /** Least pause between two looks for what is past its time, or for crowded rooms. */
  upkeepMs: number;
  /** So many due alerts in one room become one summary. */
  crowdedFrom: number;
  /** Rooms summarised at one look: about what can be sent until the next, and quickly written. */
  crowdedRooms: number;
}

export const DELIVERY_DEFAULTS: DeliverySettings = {
  concurrency: 64,
  leaseMs: 180_000,
  sendDeadlineMs: 30_000,
  drawDeadlineMs: 5_000,
  pollMs: 1_000,
  retryBaseMs: 2_000,
  retryMaxMs: 300_000,
  stopGraceMs: 5_000,
  idempotenceWindowMs: 150_000,
  upkeepMs: 1_000,
  crowdedFrom: 6,
  crowdedRooms: 30,
};
