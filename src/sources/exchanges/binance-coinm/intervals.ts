import { z } from 'zod';
import { decodeShape, intervalHours } from '../../kit/decode.ts';

const rowsSchema = z.array(z.unknown());
const symbolSchema = z.object({ symbol: z.string().regex(/^[A-Z0-9]+USD_(PERP|\d{6})$/) });
const intervalSchema = z.object({ fundingIntervalHours: intervalHours });

/** fundingInfo lists adjusted symbols, and has been seen empty; those not listed settle every 8 h. */
const DEFAULT_INTERVAL_HOURS = 8;

/**
 * Reader of the funding interval by symbol; it gives undefined where the interval is not known. The
 * 8 h default is only used while every row names a contract: a row whose name is unreadable may be
 * the very symbol that is missing. Throws `bad-payload`.
 */
export function intervalReader(answer: unknown): (symbol: string) => number | undefined {
  const rows = decodeShape(rowsSchema, answer, 'fundingInfo');
  const listed = new Map<string, number | undefined>();
  for (const raw of rows) {
    const name = symbolSchema.safeParse(raw).data?.symbol;
    const hours = intervalSchema.safeParse(raw).data?.fundingIntervalHours;
    if (name !== undefined) listed.set(name, hours);
  }
  const whole = listed.size === rows.length;
  return (symbol) => {
    if (listed.has(symbol)) return listed.get(symbol);
    return whole ? DEFAULT_INTERVAL_HOURS : undefined;
  };
}
