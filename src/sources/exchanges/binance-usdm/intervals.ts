import { z } from 'zod';
import { decodeShape, intervalHours } from '../../kit/decode.ts';

const rowsSchema = z.array(z.unknown());
/** Venue names are upper case (non-ASCII ones exist) and end in a quote coin, maybe with a date. */
const symbolSchema = z.object({ symbol: z.string().regex(/^[^\sa-z]*[A-Z]{3,}\d?(_\d+)?$/) });
const intervalSchema = z.object({ fundingIntervalHours: intervalHours });

/** Binance documents fundingInfo as listing adjusted symbols; those not listed settle every 8 h. */
const DEFAULT_INTERVAL_HOURS = 8;

/**
 * Reader of the funding interval by symbol; it gives undefined where the interval is not known.
 * The 8 h default is only used while every row names a contract: a row whose name is unreadable may
 * be the very symbol that is missing. Throws `bad-payload`.
 */
export function intervalReader(answer: unknown): (symbol: string) => number | undefined {
  const listed = new Map<string, number | undefined>();
  let allNamed = true;
  for (const raw of decodeShape(rowsSchema, answer, 'fundingInfo')) {
    const named = symbolSchema.safeParse(raw);
    if (!named.success) {
      allNamed = false;
      continue;
    }
    const interval = intervalSchema.safeParse(raw);
    listed.set(named.data.symbol, interval.data?.fundingIntervalHours);
  }
  return (symbol) => {
    if (listed.has(symbol)) return listed.get(symbol);
    return allNamed ? DEFAULT_INTERVAL_HOURS : undefined;
  };
}
