import { describe, expect, it } from 'vitest';
import {
  arrivedOf,
  figuresOf,
  outboxCallsPerMessage,
  overtaken,
  pacePerSecond,
} from './support/burst-figures.ts';
import { ALERTS_PER_ROOM } from './support/burst-messages.ts';
import { PLATFORMS } from './support/burst-stage.ts';
import { runBurst } from './support/chat-burst.ts';

const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const ROOMS = LONG ? 5_000 : 300;
/** What the platforms allow: Bots FAQ; topics/rate-limits. */
const PER_SECOND = { telegram: 30, discord: 50 };
const ANSWER_WITHIN_MS = 3_000;
const NEAR = { there: [5, 20], back: [50, 150] } as const;
const FAR = { there: [10, 25], back: [300, 700] } as const;

describe.each(PLATFORMS)('a burst of four alerts for every room of %s', (platform) => {
  it('keeps the pace of the platform without a 429, worst first, in bounded memory, while people are answered', async ({
    annotate,
  }) => {
    const result = await runBurst({ platform, rooms: ROOMS, latency: NEAR, seed: 1 });
    const { rows, report, criticalAt, heapMb, askedMs } = result;
    const alerts = rows.filter(({ kind }) => kind === 'raise');
    const replies = arrivedOf(result).filter(({ kind }) => kind === 'reply');
    const replyMs = replies.map(({ createdAt, arrivedAt }) => arrivedAt - createdAt);
    const claims = result.storeTimes.get('outbox.claim') ?? { count: 0, totalMs: 0 };
    await annotate(figuresOf(result));

    expect(report.tooMany).toEqual([]);
    expect(alerts).toHaveLength(ROOMS * ALERTS_PER_ROOM);
    for (const { state, copies, attempts } of rows) {
      expect({ state, copies, attempts }).toEqual({ state: 'sent', copies: 1, attempts: 1 });
    }
    expect(pacePerSecond(result)).toBeGreaterThanOrEqual(PER_SECOND[platform] * 0.95);

    expect(overtaken(result)).toEqual([]);
    const firstCritical = alerts.find(({ severity }) => severity === 3);
    expect(firstCritical?.arrivedAt).toBeLessThan(criticalAt + 700);
    const waited = alerts.filter(
      ({ severity, arrivedAt = 0 }) => severity < 3 && arrivedAt > criticalAt,
    );
    expect(waited.length).toBeGreaterThan(ROOMS * ALERTS_PER_ROOM * 0.5);

    expect(askedMs.length).toBeGreaterThan(20);
    if (platform === 'telegram') {
      expect(replies).toHaveLength(askedMs.length);
      expect(Math.max(...replyMs)).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
    } else {
      expect(Math.max(...askedMs)).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
    }

    const [, warmMb = 0] = heapMb;
    expect(heapMb.length).toBeGreaterThan(7);
    expect(Math.max(...heapMb) - warmMb).toBeLessThan(5);
    expect(outboxCallsPerMessage(result)).toBeLessThan(4);
    expect(claims.totalMs / claims.count).toBeLessThan(25);
    expect(result.log.troubles).toEqual([]);
  }, 600_000);

  it('keeps the pace when every answer takes half a second', async () => {
    const result = await runBurst({ platform, rooms: 60, latency: FAR, seed: 2 });
    expect(result.report.tooMany).toEqual([]);
    expect(pacePerSecond(result)).toBeGreaterThanOrEqual(PER_SECOND[platform] * 0.95);
    expect(outboxCallsPerMessage(result)).toBeLessThan(4);
  }, 60_000);

  it('gives a room with thirty more one summary, with every alert accounted for', async () => {
    const result = await runBurst({ platform, rooms: 20, crowd: 30, latency: NEAR, seed: 3 });
    const { rows, report } = result;
    expect(report.tooMany).toEqual([]);
    const summaries = rows.filter(({ kind }) => kind === 'summary');
    expect(summaries).toMatchObject([{ state: 'sent', copies: 1 }]);
    expect(summaries[0]?.text).toContain('33 alerts at once, worst: HIGH');
    const joined = rows.filter(({ state }) => state === 'superseded');
    expect(joined).toHaveLength(33);
    for (const { chatKey, copies, reason } of joined) {
      expect({ chatKey, copies }).toEqual({ chatKey: summaries[0]?.chatKey, copies: 0 });
      expect(reason).toContain('one summary of 33 alerts');
    }
    const others = rows.filter(({ kind, state }) => kind !== 'summary' && state !== 'superseded');
    for (const { state, copies } of others)
      expect({ state, copies }).toEqual({ state: 'sent', copies: 1 });
    expect(others.filter(({ kind }) => kind === 'raise')).toHaveLength(20 * ALERTS_PER_ROOM - 3);
  }, 60_000);
});
