import type { LiquidationObservation } from '../../signals/model/observations.ts';
import type { MarkEvent, StreamBatch } from './stream.ts';
import { createTally, type RowScope } from './tally.ts';

/** Gathers what one frame says, row by row. */
export interface EventRows {
  /** Opens a row. Rows left out by rule are not opened. */
  row(label: unknown): RowScope;
  mark(event: Omit<MarkEvent, 'kind' | 'source'>): void;
  liquidation(event: Omit<LiquidationObservation, 'kind' | 'source'>): void;
  batch(): StreamBatch;
}

export function createEventRows(source: string): EventRows {
  const tally = createTally(source);
  const marks: MarkEvent[] = [];
  const liquidations: LiquidationObservation[] = [];
  return {
    row: (label) => tally.row(label),
    mark: (event) => marks.push({ kind: 'mark', source, ...event }),
    liquidation: (event) => liquidations.push({ kind: 'liquidation', source, ...event }),
    batch() {
      const { dropSamples, rowsDropped } = tally.batch([]);
      return { marks, liquidations, dropped: rowsDropped, dropSamples };
    },
  };
}

/** A frame without events: an acknowledgement, a pong. */
export const NO_EVENTS: StreamBatch = Object.freeze({
  marks: [],
  liquidations: [],
  dropped: 0,
  dropSamples: [],
});

/** A frame that is not what this venue sends: counted, so that a change of its format shows. */
export function unknownFrame(why = 'a frame of another kind'): StreamBatch {
  return { marks: [], liquidations: [], dropped: 1, dropSamples: [why] };
}

interface ClosedSize {
  /** In the venue's price unit. */
  price: number;
  /** Coins (of the venue's unit), or USD where `in` says so. */
  size: number;
  in: 'coin' | 'usd';
  /** Coins in one venue unit: 1000 for `1000PEPE`. */
  multiplier: number;
}

/** The figures of a closed position per single coin. */
export function closedSize(closed: ClosedSize): {
  priceUsd: number;
  sizeBase: number;
  sizeUsd: number;
} {
  const { multiplier, price, size } = closed;
  const priceUsd = price / multiplier;
  if (closed.in === 'usd') return { priceUsd, sizeBase: size / priceUsd, sizeUsd: size };
  return { priceUsd, sizeBase: size * multiplier, sizeUsd: size * price };
}
