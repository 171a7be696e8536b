import { epochMs, positiveNumber } from '../../kit/decode.ts';

/** Epoch ms of a time in seconds (with a fraction in order books). */
export function secondsTime(now: number) {
  return positiveNumber
    .transform((seconds): string | number => Math.round(seconds * 1000))
    .pipe(epochMs(now));
}
