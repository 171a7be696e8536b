import type { MarginTiersObservation } from '../../../signals/model/observations.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { createTally } from '../../kit/tally.ts';
import { readContracts } from './contracts.ts';
import { ID } from './name.ts';

/**
 * Margin tiers of every perpetual that trades: one list gives them all, whichever were asked for.
 * They are those of professional clients; retail ones may use less leverage.
 */
export async function fetchMarginTiers(
  context: FetchContext,
  _instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  const observedAt = context.now();
  const tally = createTally(ID);
  const observations: MarginTiersObservation[] = [];
  for (const [instrument, contract] of contracts) {
    if (contract !== 'unreadable' && !contract.tradeable) continue;
    const row = tally.row(instrument);
    if (contract === 'unreadable' || contract.tiers === undefined) {
      row.drop('margin-tiers', 'its margin levels do not decode');
      continue;
    }
    const { coin, tiers } = contract;
    const identity = { source: ID, asset: coin.asset, instrument };
    observations.push({ kind: 'margin-tiers', ...identity, tiers, observedAt });
  }
  return tally.batch(observations);
}
