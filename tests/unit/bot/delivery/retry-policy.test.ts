import { describe, expect, test } from 'vitest';
import type { Trace } from '../../../../src/bot/delivery/attempt-note.ts';
import {
  type AttemptFacts,
  type NextStep,
  nextStep,
} from '../../../../src/bot/delivery/retry-policy.ts';
import { DELIVERY_DEFAULTS } from '../../../../src/bot/delivery/settings.ts';
import type { DeliveryOutcome } from '../../../../src/bot/platforms/platform.ts';

const NOW = Date.UTC(2026, 0, 1);
const CLEAN: Trace = { uncertain: 0, perhapsChanged: false, moves: 0 };
const LOST_ONCE: Trace = { ...CLEAN, uncertain: 1, uncertainSince: NOW - 10_000 };
const SENT: DeliveryOutcome = { kind: 'sent', platformMessageId: '7' };
const LOST: DeliveryOutcome = { kind: 'unknown', reason: 'connection lost' };
const BUSY: DeliveryOutcome = { kind: 'retry', afterMs: 0, reason: 'discord answered 503' };

function step(outcome: DeliveryOutcome, facts: Partial<AttemptFacts> = {}): NextStep {
  const all = {
    attempt: 1,
    trace: CLEAN,
    isEdit: false,
    severity: 2,
    expiresAt: NOW + 1_800_000,
    now: NOW,
    startedAt: NOW,
    retriesAreIdempotent: false,
    ...facts,
  };
  return nextStep(outcome, all, DELIVERY_DEFAULTS, () => 0.5);
}

describe('a post that was sent after one whose answer was lost', () => {
  test('is unverified and keeps its id: it may stand there twice', () => {
    expect(step(SENT, { trace: LOST_ONCE })).toMatchObject({
      kind: 'settle',
      state: 'unverified',
      platformMessageId: '7',
      reason: expect.stringContaining('twice'),
    });
  });

  test('is sent where the platform recognises it', () => {
    expect(step(SENT, { trace: LOST_ONCE, retriesAreIdempotent: true })).toMatchObject({
      state: 'sent',
    });
  });

  test('is unverified once the platform has forgotten the first', () => {
    const trace = { ...LOST_ONCE, uncertainSince: NOW - 200_000 };
    expect(step(SENT, { trace, retriesAreIdempotent: true })).toMatchObject({
      state: 'unverified',
    });
  });

  test('is sent when it was an edit', () => {
    const trace = { ...LOST_ONCE, perhapsChanged: true };
    expect(step(SENT, { trace, isEdit: true })).toMatchObject({ state: 'sent' });
  });
});

describe('a lost answer', () => {
  test.each([
    { severity: 1, uncertain: 0, again: false },
    { severity: 2, uncertain: 0, again: true },
    { severity: 2, uncertain: 1, again: false },
  ])('of severity $severity after $uncertain before: again $again', (given) => {
    const trace = given.uncertain === 0 ? CLEAN : LOST_ONCE;
    const next = step(LOST, { severity: given.severity, trace });
    expect(next.kind).toBe(given.again ? 'release' : 'settle');
    if (next.kind === 'settle') expect(next.state).toBe('unverified');
    else expect(next.trace).toMatchObject({ uncertain: 1, uncertainSince: NOW });
  });

  test('the time counts from the first attempt, not from the making of the message', () => {
    const startedAt = NOW - 30_000;
    const next = step(LOST, { severity: 0, retriesAreIdempotent: true, startedAt });
    expect(next).toMatchObject({ kind: 'release', trace: { uncertainSince: startedAt } });
  });

  test('of an edit is repeated as long as the message lives', () => {
    for (const attempt of [1, 5, 20]) {
      const next = step(LOST, { isEdit: true, severity: 0, attempt });
      expect(next).toMatchObject({
        kind: 'release',
        trace: { uncertain: 0, perhapsChanged: true },
      });
    }
    const over = step(LOST, { isEdit: true, severity: 0, expiresAt: NOW + 10 });
    expect(over).toMatchObject({ kind: 'settle', state: 'unverified' });
  });
});

describe('a refusal that says nothing arrived', () => {
  test('is tried again to the last while the message lives', () => {
    let now = NOW;
    let attempt = 1;
    const expiresAt = NOW + 1_800_000;
    let next = step(BUSY, { now, attempt, expiresAt });
    while (next.kind === 'release') {
      expect(next.nextAttemptAt).toBeGreaterThan(now);
      expect(next.nextAttemptAt).toBeLessThan(expiresAt);
      now = next.nextAttemptAt;
      attempt += 1;
      next = step(BUSY, { now, attempt, expiresAt });
    }
    expect(expiresAt - now).toBeLessThan(3_000);
    expect(attempt).toBeLessThan(60);
    expect(next).toEqual({
      kind: 'settle',
      state: 'expired',
      reason: 'expired: discord answered 503',
    });
  });

  test('waits as long as the platform asks', () => {
    const next = step({ kind: 'retry', afterMs: 90_000, reason: 'slow down' });
    expect(next).toMatchObject({ nextAttemptAt: NOW + 90_000 });
  });

  test('ends unverified when an attempt before may have arrived', () => {
    expect(step(BUSY, { trace: LOST_ONCE, expiresAt: NOW + 100 })).toMatchObject({
      state: 'unverified',
    });
  });
});

test('a refused message that may have arrived before is unverified', () => {
  const refused: DeliveryOutcome = { kind: 'refused', reason: 'too long', closeChat: false };
  expect(step(refused)).toMatchObject({ state: 'refused', reason: 'too long' });
  expect(step(refused, { trace: LOST_ONCE })).toMatchObject({ state: 'unverified' });
});

test('a moved chat is tried at once a few times, then with growing waits', () => {
  const moved: DeliveryOutcome = { kind: 'moved', toChatId: 'b', reason: 'upgraded' };
  const waits = [0, 1, 2, 3, 4].map((moves) => {
    const next = step(moved, { trace: { ...CLEAN, moves }, attempt: moves + 1 });
    return next.kind === 'release' ? next.nextAttemptAt - NOW : Number.NaN;
  });
  expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
  expect(waits[3]).toBeGreaterThan(1_000);
  expect(waits[4]).toBeGreaterThan(waits[3] ?? 0);
});
