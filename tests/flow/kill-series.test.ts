import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../fakes/temp-store.ts';
import { startCrowdedMarket } from './support/crowded-market.ts';
import { countAlerts, countCopies } from './support/printed-alerts.ts';
import { type ServiceProcess, startProcess } from './support/service-process.ts';
import { readStored, type StoredFacts, type StoredMessage } from './support/stored-messages.ts';

/** `npm run test:long` dies at every write. */
const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const KILL_AT_WRITE = pathToFileURL(join(import.meta.dirname, 'support/kill-at-write.ts')).href;

/** Everything from a subscription to a settled message. */
const FLOW_TABLES = 'subscriptions,alert_states,outages,message_docs,outbox';
/** What the flow stands on: newest figures, readings and series. */
const FIGURE_TABLES = 'snapshots,readings,assets,instruments,instrument_days,asset_minutes';

const SUBSCRIBING = ['subscribe ETH high both', 'subscribe SOL elevated down'];
const SUBSCRIPTIONS = ['ETH level:high', 'SOL level:elevated'];
/** What has to be told: two alerts of different severity, and that a source is gone. */
const EXPECTED = ['ETH-down raise', 'SOL-down raise', 'morpho-blue source-lost'];
const FINAL = ['sent', 'refused', 'expired', 'superseded', 'unverified'];

/** Quick periods; levels and holds under which the three messages are all there is to tell. */
const CONFIG = `
evaluation: { periodSeconds: 10 }
sources:
  binance-usdm: { periodSeconds: 15 }
  bybit: { periodSeconds: 15 }
  hyperliquid: { periodSeconds: 15 }
depth: { assets: 2, periodSeconds: 15 }
score: { levels: { critical: 99 } }
alerts: { levelFloorPoints: { critical: 99 }, sourceLostAfterMs: 10000 }
`;

interface Point {
  tables: string;
  at: number;
  when: 'before' | 'after';
}

it('kill -9 at the writes of the flow: nothing committed is lost, nothing settled is sent twice, no storm', async () => {
}, 600_000);
