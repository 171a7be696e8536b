import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { MarginTier, MarginTiersObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { readEachInstrument } from '../../kit/each-instrument.ts';
import { readContracts, sizeOf } from './contracts.ts';
import { getData } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const fraction = positiveNumber.refine((value) => value <= 1, 'is more than 1');

/**
 * Maintenance-margin tiers of cross margin, two calls an instrument. Tiers begin at a number of
 * contracts, worth USD at the present mark on linear swaps; BTC has some hundred of them. One tier
 * that does not decode costs the instrument: the tier before would reach into its place.
 */
export async function fetchMarginTiers(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  return readEachInstrument(ID, 'margin-tiers', instruments, async (ref) => {
    const { instrument } = ref;
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const size = sizeOf(contracts, instrument);
    const mark = await readMark(context, instrument);
    const rows = await getData(context, 'public/position-tiers', {
      instType: 'SWAP',
      tdMode: 'cross',
      instFamily: coin.family,
    });
    const schema = z.array(
      z.object({
        instFamily: z.literal(coin.family),
        minSz: nonNegativeNumber,
        mmr: fraction,
        maxLever: positiveNumber,
      }),
    );
    const tiers = decodeShape(schema, rows, `position-tiers ${instrument}`).map(
      ({ maxLever, minSz, mmr }): MarginTier => ({
        fromNotionalUsd: size.toUsd(minSz, mark.markPx),
        maintenanceFraction: mmr,
        maxLeverage: maxLever,
      }),
    );
    const observation: MarginTiersObservation = {
      kind: 'margin-tiers',
      source: ID,
      ...ref,
      tiers: ascending(tiers, `position-tiers ${instrument}`),
      observedAt: mark.ts,
    };
    return observation;
  });
}

async function readMark(
  context: FetchContext,
  instId: string,
): Promise<{ markPx: number; ts: number }> {
  const rows = await getData(context, 'public/mark-price', { instType: 'SWAP', instId });
  const ts = epochMs(context.now());
  const row = z.object({ instId: z.literal(instId), markPx: positiveNumber, ts });
  return decodeShape(z.tuple([row]), rows, `mark-price ${instId}`)[0];
}

/** By size, without those that only repeat the one before. Throws when none begins at 0. */
function ascending(tiers: readonly MarginTier[], what: string): MarginTier[] {
  const sorted = tiers.toSorted((a, b) => a.fromNotionalUsd - b.fromNotionalUsd);
  if (sorted[0]?.fromNotionalUsd !== 0) {
    throw new SourceError('bad-payload', `${what}: no tier begins at 0`);
  }
  return sorted.filter((tier, index) => {
    const before = sorted[index - 1];
    return (
      before === undefined ||
      before.maintenanceFraction !== tier.maintenanceFraction ||
      before.maxLeverage !== tier.maxLeverage
    );
  });
}
