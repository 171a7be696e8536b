import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { parseAssetId } from '../../../signals/assets.ts';
import type { Gap, OptionsObservation } from '../../../signals/model/observations.ts';
import type { OpenOption } from '../../../signals/options/open-option.ts';
import { summarizeOptions } from '../../../signals/options/options-summary.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceBatch } from '../../kit/define.ts';
import { gapOf } from '../../kit/gap.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { ID } from './name.ts';
import { parseOptionName } from './option-name.ts';
import { getPublic } from './rpc.ts';

/** Options settled in USDC, on these and on other coins, are a small part of the market. */
const BASES = ['BTC', 'ETH'] as const;
/** A sum over rows stands as long as no more of them are unreadable. */
const TOLERATED_DROP_FRACTION = 0.05;
const MAX_VOLATILITY_PERCENT = 1000;

const listSchema = z.array(z.unknown());
const labelSchema = z.object({ instrument_name: z.string() });

/** Open options on BTC and ETH, one observation each; two calls. */
export async function fetchOptions(context: FetchContext): Promise<SourceBatch> {
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const observations = await Promise.all(
    BASES.map(async (base) => {
      try {
        return [await readOptions(context, base, tally)];
      } catch (error) {
        gaps.push(gapOf(ID, 'options', error, nameOf(base)));
        return [];
      }
    }),
  );
  return tally.batch(observations.flat(), gaps);
}

function nameOf(base: string): string {
  return `${base} options`;
}

async function readOptions(
  context: FetchContext,
  base: string,
  tally: RowTally,
): Promise<OptionsObservation> {
  const asset = parseAssetId(base);
  if (asset === undefined) throw new RangeError(`not an asset: ${base}`);
  const query = { currency: base, kind: 'option' };
  const list = await getPublic(context, 'get_book_summary_by_currency', query, listSchema);
  const schema = rowSchema(base, context.now());
  const rows = list.flatMap((raw) => {
    const label = labelSchema.safeParse(raw).data?.instrument_name;
    return tally.row(label).read('options', schema, raw) ?? [];
  });
  const dropped = list.length - rows.length;
  const [first] = rows;
  if (first === undefined || dropped > list.length * TOLERATED_DROP_FRACTION) {
    const detail = `${dropped} of ${list.length} rows did not decode`;
    throw new SourceError('bad-payload', `${nameOf(base)}: ${detail}`);
  }
  const summary = summarizeOptions(rows, context.now());
  return {
    kind: 'options',
    source: ID,
    asset,
    instrument: nameOf(base),
    ...summary,
    openInterestUsd: summary.openInterestBase * first.indexUsd,
    underlyingPriceUsd: first.indexUsd,
    observedAt: rows.reduce((latest, row) => Math.max(latest, row.observedAt), 0),
  };
}

/**
 * One row of the summary. `underlying_price` is the forward of its expiry, `estimated_delivery_price`
 * the index, `mark_iv` a percentage, and one contract one coin.
 */
function rowSchema(base: string, now: number) {
  return z
    .object({
      instrument_name: z.string().transform((name, issues) => {
        const parsed = parseOptionName(name);
        if (parsed !== undefined && parsed.base === base) return parsed;
        issues.addIssue({ code: 'custom', message: `is not an option on ${base}` });
        return z.NEVER;
      }),
      mark_iv: positiveNumber.refine((iv) => iv <= MAX_VOLATILITY_PERCENT, 'is not a volatility'),
      underlying_price: positiveNumber,
      estimated_delivery_price: positiveNumber,
      open_interest: nonNegativeNumber,
      creation_timestamp: epochMs(now),
    })
    .transform((row): OpenOption & { indexUsd: number; observedAt: number } => ({
      type: row.instrument_name.type,
      strikeUsd: row.instrument_name.strikeUsd,
      expiryAt: row.instrument_name.expiryAt,
      forwardUsd: row.underlying_price,
      volatilityFraction: row.mark_iv / 100,
      openInterestBase: row.open_interest,
      indexUsd: row.estimated_delivery_price,
      observedAt: row.creation_timestamp,
    }));
}
