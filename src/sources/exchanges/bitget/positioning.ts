import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { Gap, PositioningObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { eachLimited } from '../../kit/each-limited.ts';
import { gapOf } from '../../kit/gap.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { getPublic, rowsSchema } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const PERIOD = '5m';
const PERIOD_MS = 300_000;
/** One call a second where the others have twenty. */
const WEIGHT = 20;

interface Figure {
  value: number | undefined;
  /** Epoch ms. */
  at: number;
}

function accountRow(now: number) {
  return z
    .object({ longShortAccountRatio: positiveNumber, ts: epochMs(now) })
    .transform(
      ({ longShortAccountRatio, ts }): Figure => ({ value: longShortAccountRatio, at: ts }),
    );
}

/** `ts` opens the period, and the newest one still runs. */
function takerRow(now: number) {
  return z
    .object({ buyVolume: nonNegativeNumber, sellVolume: nonNegativeNumber, ts: epochMs(now) })
    .transform(
      ({ buyVolume, sellVolume, ts }): Figure => ({
        value: sellVolume === 0 ? undefined : buyVolume / sellVolume,
        at: ts + PERIOD_MS,
      }),
    );
}

/**
 * Ratio of accounts and of takers in the last five minutes, two calls an instrument, one after the
 * other. USDT markets only: the venue keeps them of no others. Nothing for thin markets, of which it
 * gives empty lists. Its ratio of positions is not taken: it does not say whose positions these are,
 * and those of all are equal.
 */
export async function fetchPositioning(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const tally = createTally(ID);
  const observations: PositioningObservation[] = [];
  const outcome = await eachLimited(instruments, 1, async (ref) => {
    if (coinOf(ref.instrument)?.category !== 'USDT-FUTURES') {
      throw new SourceError('unsupported', `${ID}: ratios are kept of USDT markets only`);
    }
    const now = context.now();
    const ask = (endpoint: string, row: z.ZodType<Figure>) =>
      readNewest(context, endpoint, ref.instrument, row, tally);
    const account = await ask('account-long-short', accountRow(now));
    const taker = await ask('taker-buy-sell', takerRow(now));
    const figures = [account, taker].filter((figure) => figure?.value !== undefined);
    if (figures.length === 0) return;
    observations.push({
      kind: 'positioning',
      source: ID,
      ...ref,
      ...(account?.value === undefined ? {} : { longShortAccountRatio: account.value }),
      ...(taker?.value === undefined ? {} : { takerBuySellRatio: taker.value }),
      observedAt: Math.min(...figures.map((figure) => figure?.at ?? now)),
    });
  });
  const failed = outcome.failures.map(({ error, item }) =>
    gapOf(ID, 'positioning', error, item.instrument),
  );
  const notAsked = outcome.notAsked.map((item): Gap => {
    const gap = gapOf(ID, 'positioning', outcome.stoppedBy, item.instrument);
    return { ...gap, detail: `not asked: ${gap.detail}` };
  });
  return tally.batch(observations, [...failed, ...notAsked]);
}

/** The newest figure of a period that is over; lists come oldest first. */
async function readNewest(
  context: FetchContext,
  endpoint: string,
  symbol: string,
  row: z.ZodType<Figure>,
  tally: RowTally,
): Promise<Figure | undefined> {
  const options = { query: { symbol, period: PERIOD }, weight: WEIGHT };
  const { data } = await getPublic(context, `v2/mix/market/${endpoint}`, options, rowsSchema);
  // As a whole: an older figure is not to stand for one that did not decode.
  const figures = tally.row(symbol).read('positioning', z.array(row), data) ?? [];
  const over = figures.filter(({ at }) => at <= context.now());
  return over.toSorted((a, b) => b.at - a.at)[0];
}
