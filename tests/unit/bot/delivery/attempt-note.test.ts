import { describe, expect, test } from 'vitest';
import { readHistory, type Trace, writeNote } from '../../../../src/bot/delivery/attempt-note.ts';

const CREATED_AT = Date.UTC(2026, 0, 1);
const CLEAN: Trace = { uncertain: 0, perhapsChanged: false, moves: 0 };
const historyOf = (attempts: number, reason?: string) =>
  readHistory({ attempts, createdAt: CREATED_AT, ...(reason === undefined ? {} : { reason }) });

test('a message that was never begun has no history, however often it was claimed', () => {
  expect(historyOf(0)).toEqual({ ...CLEAN, abandoned: false });
});

test.each<Trace>([
  CLEAN,
  { ...CLEAN, uncertain: 1, uncertainSince: CREATED_AT + 5_000 },
  { uncertain: 2, uncertainSince: CREATED_AT, perhapsChanged: true, moves: 3 },
  { ...CLEAN, moves: 1 },
])('what is noted is read again: %j', (trace) => {
  const history = historyOf(4, writeNote(4, trace, 'discord answered 503: busy'));
  expect(history).toEqual({
    ...trace,
    abandoned: false,
    lastReason: 'discord answered 503: busy',
  });
});

describe('an attempt begun after the note', () => {
  test('counts as one whose answer was lost', () => {
    const history = historyOf(3, writeNote(2, CLEAN, 'busy'));
    expect(history).toMatchObject({ abandoned: true, uncertain: 1, uncertainSince: CREATED_AT });
  });

  test('counts for itself where several processes died one after the other', () => {
    const history = historyOf(4, writeNote(2, CLEAN, 'busy'));
    expect(history).toMatchObject({ abandoned: true, uncertain: 2, uncertainSince: CREATED_AT });
  });

  test('adds to those before it', () => {
    const trace = { ...CLEAN, uncertain: 1, uncertainSince: CREATED_AT + 9_000 };
    const history = historyOf(3, writeNote(2, trace, 'lost'));
    expect(history).toMatchObject({ uncertain: 2, uncertainSince: CREATED_AT + 9_000 });
  });
});

test('a note of an earlier version without a time is understood', () => {
  const history = historyOf(2, 'attempt 2, perhaps arrived 1 time: connection lost');
  expect(history).toMatchObject({ abandoned: false, uncertain: 1, uncertainSince: CREATED_AT });
});

test('a reason that is no note does not hide an abandoned attempt', () => {
  expect(historyOf(1, 'something else')).toMatchObject({ abandoned: true, uncertain: 1 });
});
