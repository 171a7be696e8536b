import { expect, test } from 'vitest';
import { gallery } from '../../../../scripts/pictures/gallery/gallery.ts';
import type { MessageDoc } from '../../../../src/alerts/message-doc.ts';
import { COMMANDS } from '../../../../src/bot/commands.gen.ts';
import { textOfHtml } from '../../../../src/bot/platforms/telegram/html-spans.ts';
import {
  MOST_CAPTION_UNITS,
  MOST_TEXT_UNITS,
} from '../../../../src/bot/platforms/telegram/message-call.ts';
import { telegramHtml } from '../../../../src/bot/platforms/telegram/telegram-html.ts';
import { tableColumns } from '../../../../src/bot/text/text-table.ts';

const AT = Date.UTC(2026, 0, 1);
const COMMAND_NAMES = new Set(COMMANDS.map(({ name }) => name));

/** As a caption would show it, and as a message with room for everything would. */
function telegramTexts(doc: MessageDoc): string[] {
  return [MOST_CAPTION_UNITS, MOST_TEXT_UNITS].map((mostUnits) => {
    return textOfHtml(telegramHtml(doc, { mostUnits, commands: COMMAND_NAMES }));
  });
}

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

test('every message about an incident fits the caption of a Telegram photo, with nothing cut', async () => {
  const items = await gallery(AT);
  const alerts = items.filter(({ name }) => name.startsWith('alert-') || name === 'test-alert');
  expect(alerts.length).toBeGreaterThan(10);
  for (const { name, doc } of alerts) {
    const [caption, whole] = telegramTexts(doc);
    expect(caption, name).toBe(whole);
  }
  const [raised] = alerts.slice(0, 1).flatMap(({ doc }) => telegramTexts(doc));
  for (const part of ['Critical shock', 'Likelihood', 'Fragility', '3σ', '• +', 'venues']) {
    expect(raised).toContain(part);
  }
});

test('all about a coin shows both sides and the table even in a caption', async () => {
  const items = await gallery(AT);
  const doc = items.find(({ name }) => name === 'answer-risk-eth')?.doc;
  if (doc === undefined) throw new Error('no answer to /risk eth');
  const [caption = ''] = telegramTexts(doc);
  for (const part of ['DOWN 66/100, high: A ', 'UP 44/100, low: A ', '3σ -', '3σ +', 'funding:']) {
    expect(caption).toContain(part);
  }
  expect(caption.match(/Critical shock: \d/g)).toHaveLength(2);
});

/** A line a venue that names its columns: more figures than stand side by side on a phone. */
const WIDE = ['answer-oi-eth', 'answer-venues-eth', 'answer-liquidations-eth'];

test('tables of answers and alerts have at most 35 columns, but for those of a line a venue', async () => {
  const items = (await gallery(AT)).filter(({ name }) => !WIDE.includes(name));
  const tables = items.flatMap(({ doc }) => doc.blocks.filter(({ kind }) => kind === 'table'));
  expect(tables.length).toBeGreaterThan(8);
  for (const table of tables) {
    if (table.kind === 'table') expect(tableColumns(table.rows)).toBeLessThanOrEqual(35);
  }
});

test('answers about a coin on thirteen venues fit a caption with nothing cut', async () => {
  const items = await gallery(AT);
  for (const name of ['answer-funding-eth', 'answer-oi-eth', 'answer-liquidations-eth']) {
    const doc = items.find((item) => item.name === name)?.doc;
    if (doc?.figure === undefined) throw new Error(`no ${name} with a chart`);
    const [caption, whole] = telegramTexts(doc);
    expect(caption, name).toBe(whole);
  }
});
