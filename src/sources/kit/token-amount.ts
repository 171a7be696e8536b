import { z } from 'zod';

/** A raw on-chain amount: a whole number as digits, or a JSON number that is exact. */
export const rawAmount = z
  .union([z.string(), z.number()], { error: 'is not a whole number' })
  .transform((input, context) => {
    const text = typeof input === 'number' && !Number.isSafeInteger(input) ? '' : String(input);
    if (/^\d{1,78}$/.test(text)) return BigInt(text);
    context.addIssue({ code: 'custom', message: 'is not a whole number' });
    return z.NEVER;
  });

/** `raw` units of a token with `decimals` places as an exact decimal string: 1500000, 6 -> `1.5`. */
export function formatTokenAmount(raw: bigint, decimals: number): string {
  const digits = raw.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}
