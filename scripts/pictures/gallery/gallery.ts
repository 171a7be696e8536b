import { describeDataNotice } from '../../../src/alerts/describe-data.ts';
import { describeGreeting } from '../../../src/alerts/describe-greeting.ts';
import { describeSummary } from '../../../src/alerts/describe-summary.ts';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { EXCHANGES } from '../../../src/sources/exchanges.gen.ts';
import { alertStory } from './alert-story.ts';
import { commandAnswers } from './command-answers.ts';
import type { GalleryItem } from './gallery-item.ts';

/** Every kind of message at least once, made by the program's own code, for looking at. */
export async function gallery(at: number): Promise<GalleryItem[]> {
  const titles = new Map(EXCHANGES.map(({ id, title }) => [id, title]));
  const story = alertStory(at, titles);
  const lost = describeDataNotice(
    {
      kind: 'source-lost',
      source: 'bybit',
      missing: { source: 'bybit', wanted: 'market', reason: 'timeout', lastSeenAt: at - 400_000 },
      assets: '*',
      at,
      outageId: 'bybit-1',
      since: at - 400_000,
    },
    at,
    DEFAULT_ALERT_POLICY,
    titles,
  );
  const waiting = ['BTC', 'SOL', 'HYPE'].flatMap((name, index) => {
    const doc = alertStory(at, titles, name)[index === 2 ? 2 : 0]?.doc;
    const [id, createdAt] = [`message-${index}`, at + index * 60_000];
    const severity = doc?.tone === 'critical' ? 3 : 2;
    return doc === undefined ? [] : [{ id, groupId: id, sequence: 1, severity, doc, createdAt }];
  });
  return [
    ...story,
    ...(await commandAnswers(at, titles)),
    { name: 'greeting', doc: describeGreeting(), at },
    { name: 'source-lost', doc: lost, at },
    { name: 'summary', doc: describeSummary(waiting), at },
  ];
}
