import type { z } from 'zod';
import type { Gap, Observation, WantedKind } from '../../signals/model/observations.ts';
import { describeIssues, safeLabel } from './decode.ts';
import type { SourceBatch } from './define.ts';

/** Above this share of dropped rows the kind counts as missing as well. */
const TOLERATED_DROP_FRACTION = 0.05;
const MAX_SAMPLES = 5;

/** Counts rows and what was dropped of them; dropped rows are never guessed. */
export interface RowTally {
  /** Opens a row the venue sent. Rows left out by rule are not opened. */
  row(label: unknown): RowScope;
  /** The batch of one adapter call; adds a `bad-payload` gap for each kind that lost over 5 %. */
  batch(observations: Observation[], gaps?: readonly Gap[]): SourceBatch;
}

type Wanted = WantedKind | readonly WantedKind[];

export interface RowScope {
  /** Decodes a part of the row; undefined (and the row is counted as dropped) when it does not. */
  read<T>(wanted: Wanted, schema: z.ZodType<T>, raw: unknown): T | undefined;
  drop(wanted: Wanted, why: string): void;
}

/** `source` names the gaps. */
export function createTally(source: string): RowTally {
  let seen = 0;
  let dropped = 0;
  const samples: string[] = [];
  const droppedOf = new Map<WantedKind, number>();

  function row(label: unknown): RowScope {
    seen += 1;
    const name = label === undefined ? `row ${seen}` : safeLabel(label);
    const lost = new Set<WantedKind>();
    function drop(wanted: Wanted, why: string): void {
      const kinds = typeof wanted === 'string' ? [wanted] : wanted;
      if (lost.size === 0) {
        dropped += 1;
        if (samples.length < MAX_SAMPLES) samples.push(`${name} ${kinds.join('/')}: ${why}`);
      }
      for (const kind of kinds) {
        if (!lost.has(kind)) droppedOf.set(kind, (droppedOf.get(kind) ?? 0) + 1);
        lost.add(kind);
      }
    }
    return {
      drop,
      read(wanted, schema, raw) {
        const result = schema.safeParse(raw);
        if (result.success) return result.data;
        drop(wanted, describeIssues(result.error));
        return undefined;
      },
    };
  }

  function batch(observations: Observation[], gaps: readonly Gap[] = []): SourceBatch {
    const lossy = [...droppedOf]
      .filter(([, count]) => count > seen * TOLERATED_DROP_FRACTION)
      .map(([wanted, count]): Gap => {
        const detail = `${count} of ${seen} rows did not decode`;
        return { kind: 'gap', source, wanted, reason: 'bad-payload', detail };
      });
    return {
      observations,
      gaps: [...gaps, ...lossy],
      rowsSeen: seen,
      rowsDropped: dropped,
      dropSamples: samples,
    };
  }

  return { row, batch };
}
