import { describe, expect, test } from 'vitest';
import { keyboardOf, readPress } from '../../../../../src/bot/platforms/telegram/press-data.ts';
import { makeDoc } from '../../../../fakes/make-message.ts';

const chat = { platform: 'telegram', chatId: '-100123' };
const topic = { ...chat, thread: '5' };

describe('data of Telegram buttons', () => {
  test('gives back the command in its chat, and is foreign in any other room', () => {
    const actions = [
      { label: 'Details', command: 'risk', text: 'BTC' },
      { label: 'Off', command: 'unsubscribe', text: '' },
    ];
    const keyboard = keyboardOf(makeDoc({ actions }), chat) ?? [];
    const data = keyboard.flat().map(({ callback_data: one }) => one);
    expect(data.map((one) => readPress(one, chat))).toEqual([
      { kind: 'command', command: 'risk', text: 'BTC' },
      { kind: 'command', command: 'unsubscribe', text: '' },
    ]);
    expect(data.map((one) => readPress(one, topic))).toEqual([
      { kind: 'foreign' },
      { kind: 'foreign' },
    ]);
  });

  test('a button whose data Telegram would refuse is left out', () => {
    const actions = [{ label: 'Long', command: 'risk', text: '清'.repeat(30) }];
    expect(keyboardOf(makeDoc({ actions }), chat)).toBeUndefined();
    expect(keyboardOf(makeDoc(), chat)).toBeUndefined();
  });
});
