import { boundDoc } from '../../../src/alerts/bound-doc.ts';
import { decide, initialState } from '../../../src/alerts/decide.ts';
import type { SourceTitles } from '../../../src/alerts/describe-coverage.ts';
import { describeNotice } from '../../../src/alerts/describe-notice.ts';
import { describeRetire } from '../../../src/alerts/describe-retire.ts';
import type { AlertState } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { parseRuleKey, ruleKeyOf } from '../../../src/alerts/rule-key.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { GalleryItem } from './gallery-item.ts';
import { type Sample, sampleReading } from './sample-readings.ts';

const MINUTE_MS = 60_000;

type Look = Omit<Sample, 'at'>;

/** Minutes since the look before, and what is seen then; nothing: no data. */
const STORY: readonly (readonly [minutes: number, look?: Look])[] = [
  [0, { points: 66, shockFraction: 0.0155 }],
  [
    7,
    {
      points: 71,
      shockFraction: 0.012,
      missing: [{ source: 'bybit', wanted: 'market', reason: 'timeout', lastSeenAt: 0 }],
    },
  ],
  [12, { points: 84, shockFraction: 0.007 }],
  [1],
  [16],
  [1, { points: 84, shockFraction: 0.007 }],
  [40, { points: 58, shockFraction: 0.03 }],
  [1, { points: 58, shockFraction: 0.03 }],
  [1, { points: 58, shockFraction: 0.03 }],
  [40, { points: 31 }],
  [1, { points: 31 }],
  [1, { points: 31 }],
];

/**
 * The messages of one incident from the alert to the all-clear, as the alert state machine and the
 * texts of the program make them: each notice, and what becomes of the message before it.
 */
export function alertStory(startAt: number, titles: SourceTitles, name = 'ETH'): GalleryItem[] {
  const ruleKey = ruleKeyOf({ kind: 'level', level: 'high' });
  const rule = parseRuleKey(ruleKey);
  let state: AlertState = initialState(ruleKey, assetId(name), 'down');
  let now = startAt;
  const items: GalleryItem[] = [];
  /** The message of the incident as it stands in the chat. */
  let living: Pick<GalleryItem, 'doc' | 'at'> | undefined;
  for (const [minutes, look] of STORY) {
    now += minutes * MINUTE_MS;
    const reading = look === undefined ? undefined : sampleReading({ ...seenAt(look, now), name });
    const policy = DEFAULT_ALERT_POLICY;
    const { next, notice } = decide({ state, rule, reading, now, policy, updates: true });
    state = { ...next, version: next.version + 1 };
    if (notice === undefined) continue;
    const doc = boundDoc(describeNotice(notice, reading, now, policy, titles));
    const step = String(items.length + 1).padStart(2, '0');
    const title = `alert-${step}-${notice.kind}`;
    if (living === undefined || notice.kind === 'escalate' || notice.kind === 'all-clear') {
      items.push({ name: title, doc, at: now });
      if (living !== undefined) {
        const retired = boundDoc(describeRetire(notice));
        items.push({ name: `${title}-retires`, doc: retired, at: living.at, before: living.doc });
      }
      living = { doc, at: now };
    } else {
      items.push({ name: title, doc, at: living.at, before: living.doc });
      living = { doc, at: living.at };
    }
  }
  return items;
}

function seenAt(look: Look, at: number): Sample {
  const missing = look.missing?.map((input) => ({ ...input, lastSeenAt: at - 4 * MINUTE_MS }));
  return { ...look, at, ...(missing === undefined ? {} : { missing }) };
}
