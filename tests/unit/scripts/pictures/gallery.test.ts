import { expect, test } from 'vitest';
import { gallery } from '../../../../scripts/pictures/gallery/gallery.ts';

const AT = Date.UTC(2026, 0, 1);

test('the gallery has every kind of message, each under its own name', async () => {
  const items = await gallery(AT);
  const names = items.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const kind of [
    'raise',
    'update',
    'escalate',
    'de-escalate',
    'all-clear',
    'blind',
    'sighted',
  ]) {
    expect(
      names.some((name) => name.startsWith('alert-') && name.endsWith(kind)),
      kind,
    ).toBe(true);
  }
  for (const name of [
    'answer-risk-eth',
    'answer-top',
    'answer-subscribe',
    'test-alert',
    'greeting',
  ]) {
    expect(names).toContain(name);
  }
});

test('what retires a message stands where that message was posted, and an update too', async () => {
  const items = await gallery(AT);
  const find = (end: string) => items.find(({ name }) => name.endsWith(end));
  expect(find('escalate-retires')?.at).toBe(AT);
  expect(find('escalate-retires')?.before?.title).toMatch(/HIGH 71\/100$/);
  expect(find('-update')?.at).toBe(AT);
  expect(find('escalate')?.before).toBeUndefined();
  expect(find('all-clear-retires')?.at).toBe(find('-escalate')?.at);
});
