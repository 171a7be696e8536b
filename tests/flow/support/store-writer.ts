import process from 'node:process';
import { assetId } from '../../../src/signals/assets.ts';
import { openStore } from '../../../src/store/open-store.ts';

/**
 * Commits change after change to the store at argv[2] until it is killed, and tells on stdout when
 * each begins and when it is committed. Change n takes both states from version n - 1 to n, adds the
 * messages `n-0` to `n-19`, and settles or releases what it claims.
 */
const store = await openStore({ url: process.argv[2] ?? '' });
const first = (await store.alerts.all())[0]?.version ?? 0;

for (let change = first + 1; ; change += 1) {
  const version = change - 1;
  process.stdout.write(`begins ${change}\n`);
  await store.alerts.commit({
    states: (['down', 'up'] as const).map((side) => ({
      ruleKey: 'level:high',
      asset: assetId('BTC'),
      side,
      version,
      lastReadingAt: change,
      enterCount: 0,
    })),
    messages: Array.from({ length: 20 }, (_, index) => ({
      id: `${change}-${index}`,
      chat: { platform: 'console', chatId: `chat-${index}` },
      groupId: 'story',
      sequence: change,
      severity: 2,
      kind: 'repeat' as const,
      // Together more than SQLite's cache of 2 MB: pages reach the file long before the commit ends.
      doc: {
        title: `${change}`,
        tone: 'high' as const,
        blocks: [{ kind: 'text' as const, text: `${change} ${index} `.repeat(40_000) }],
      },
      createdAt: change,
      expiresAt: Number.MAX_SAFE_INTEGER,
    })),
  });
  process.stdout.write(`committed ${change}\n`);
  const [one] = await store.outbox.claim({
    platform: 'console',
    worker: 'w',
    now: change,
    leaseUntil: change + 1,
    limit: 1,
    lane: 'alerts',
    onePer: 'room',
    except: [],
  });
  if (one === undefined || !(await store.outbox.begin(one.id, 'w'))) continue;
  if (await store.outbox.settle(one.id, 'w', { state: 'sent' }, change)) {
    process.stdout.write(`sent ${one.id}\n`);
  }
}
