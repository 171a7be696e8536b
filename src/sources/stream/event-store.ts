import type { LiquidationObservation } from '../../signals/model/observations.ts';
import type { MarkEvent, StreamBatch } from '../kit/stream.ts';
import type { StreamLimits } from './limits.ts';

/** Liquidations since they were last drained. */
export interface DrainedLiquidations {
  /** Oldest first. */
  events: LiquidationObservation[];
  /** What came while the queue was full: how many, and their size together, so that sums stay right. */
  lost: number;
  lostUsd: number;
}

/**
 * What waits for the consumer. Bounded however slow it is: of marks the newest of each instrument,
 * of liquidations the first so many, the others counted.
 */
export interface EventStore {
  add(batch: StreamBatch): void;
  drainMarks(): MarkEvent[];
  drainLiquidations(): DrainedLiquidations;
  /** Marks of instruments beyond the bound, ever. */
  readonly marksRefused: number;
  /** Liquidations that found the queue full, ever. */
  readonly liquidationsLost: number;
}

export function createEventStore(
  limits: Pick<StreamLimits, 'maxMarks' | 'maxLiquidations'>,
): EventStore {
  let marks = new Map<string, MarkEvent>();
  let queue: LiquidationObservation[] = [];
  let lost = 0;
  let lostUsd = 0;
  let marksRefused = 0;
  let liquidationsLost = 0;

  function addMark(mark: MarkEvent): void {
    // The latest to arrive counts: a wrong time stamp must not hold its instrument for hours.
    if (marks.size < limits.maxMarks || marks.has(mark.instrument)) {
      marks.set(mark.instrument, mark);
    } else {
      marksRefused += 1;
    }
  }

  function addLiquidation(event: LiquidationObservation): void {
    if (queue.length < limits.maxLiquidations) {
      queue.push(event);
      return;
    }
    lost += 1;
    lostUsd += event.sizeUsd;
    liquidationsLost += 1;
  }

  return {
    add(batch) {
      for (const mark of batch.marks) addMark(mark);
      for (const event of batch.liquidations) addLiquidation(event);
    },
    drainMarks() {
      const drained = [...marks.values()];
      marks = new Map();
      return drained;
    },
    drainLiquidations() {
      const drained = { events: queue, lost, lostUsd };
      queue = [];
      lost = 0;
      lostUsd = 0;
      return drained;
    },
    get marksRefused() {
      return marksRefused;
    },
    get liquidationsLost() {
      return liquidationsLost;
    },
  };
}
