import { z } from 'zod';
import { epochMs } from '../../kit/decode.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** A UTC time as dYdX writes it, `2025-12-08T16:00:00.219Z`, as epoch ms; bounds as in `epochMs`. */
export function isoTime(now: number) {
  return z
    .string()
    .regex(ISO, 'is not a time')
    .transform((text): string | number => Date.parse(text))
    .pipe(epochMs(now));
}
