import { describe } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { describeAlerts } from './alerts-contract.ts';
import { describeAttempts } from './attempts-contract.ts';
import { describeClaims } from './claims-contract.ts';
import { describeInbound } from './inbound-contract.ts';
import { describeLatest } from './latest-contract.ts';
import { describeLiquidations } from './liquidations-contract.ts';
import { describeOutbox } from './outbox-contract.ts';
import { describeOutboxModel } from './outbox-model-contract.ts';
import { describePlaces } from './places-contract.ts';
import { describePruning } from './prune-contract.ts';
import { describeSeries } from './series-contract.ts';
import { describeSubscriptions } from './subscriptions-contract.ts';
import { describeSummaries } from './summaries-contract.ts';
import { describeSuperseding, describeUpdates } from './superseding-contract.ts';
import { describeWithdrawals } from './withdraw-contract.ts';

/**
 * Makes an empty database for one test, deleted after it, and gives how to open it; opening it
 * again after a close finds what was left there. Stores left open are closed by it too.
 */
export type MakeDatabase = () => Promise<() => Promise<Store>>;

/** What every kind of database has to do. */
export function describeStore(name: string, makeDatabase: MakeDatabase): void {
  describe(`store on ${name}`, () => {
    describeSeries(makeDatabase);
    describeLiquidations(makeDatabase);
    describeLatest(makeDatabase);
    describeSubscriptions(makeDatabase);
    describeAlerts(makeDatabase);
    describeOutbox(makeDatabase);
    describeClaims(makeDatabase);
    describeAttempts(makeDatabase);
    describeSuperseding(makeDatabase);
    describeUpdates(makeDatabase);
    describeSummaries(makeDatabase);
    describeWithdrawals(makeDatabase);
    describePlaces(makeDatabase);
    describeInbound(makeDatabase);
    describePruning(makeDatabase);
    describeOutboxModel(makeDatabase);
  });
}
