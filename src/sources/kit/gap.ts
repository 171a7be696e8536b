import { SourceError } from '../../errors.ts';
import type { Gap, WantedKind } from '../../signals/model/observations.ts';

/** The gap a failure leaves. Anything but a `SourceError` is a bug or an abort and is thrown on. */
export function gapOf(
  source: string,
  wanted: WantedKind,
  error: unknown,
  instrument?: string,
): Gap {
  if (!(error instanceof SourceError)) throw error;
  return {
    kind: 'gap',
    source,
    wanted,
    reason: error.reason,
    detail: error.message,
    ...(instrument === undefined ? {} : { instrument }),
  };
}

/**
 * One part of a larger answer: its failure costs that part only.
 * Gives undefined after adding a gap for each kind in `wanted`.
 */
export async function partOrGaps<T>(
  source: string,
  wanted: readonly WantedKind[],
  gaps: Gap[],
  part: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await part();
  } catch (error) {
    gaps.push(...wanted.map((kind) => gapOf(source, kind, error)));
    return undefined;
  }
}
