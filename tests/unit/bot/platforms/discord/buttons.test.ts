import { describe, expect, it } from 'vitest';
import {
  buttonData,
  buttonRows,
  readButton,
} from '../../../../../src/bot/platforms/discord/buttons.ts';

const CHAT = { platform: 'discord', chatId: '1', thread: '2' };
const MUTE = { label: 'Mute 1 h', command: 'mute', text: '1h' };

describe('buttons', () => {
  it('give back the command they were made of, in their own chat alone', () => {
    const data = buttonData(CHAT, MUTE);
    expect(data).toMatch(/^cw1:[0-9a-f]{6}:mute 1h$/);
    expect(readButton(CHAT, data)).toEqual({ command: 'mute', text: '1h' });
    expect(readButton({ ...CHAT, thread: '3' }, data)).toBeUndefined();
    expect(readButton({ platform: 'discord', chatId: '1' }, data)).toBeUndefined();
    const bare = buttonData(CHAT, { ...MUTE, text: '' });
    expect(readButton(CHAT, bare)).toEqual({ command: 'mute', text: '' });
  });

  it.each(['', 'cw1', 'cw2:000000:mute', 'mute 1h', 'cw1:zzzzzz:mute 1h'])(
    'refuse unknown data: %j',
    (data) => expect(readButton(CHAT, data)).toBeUndefined(),
  );

  it('are at most five, each with data of its own', () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ ...MUTE, text: `${n}h` }));
    expect(buttonRows(CHAT, many)[0]?.components).toHaveLength(5);
    expect(buttonRows(CHAT, [MUTE, { ...MUTE, label: 'Again' }])[0]?.components).toHaveLength(1);
    expect(buttonRows(CHAT, [{ ...MUTE, text: 'x'.repeat(99) }])).toEqual([]);
    expect(buttonRows(CHAT, [{ ...MUTE, label: '\u202e' }])).toEqual([]);
    expect(buttonRows(CHAT)).toEqual([]);
  });
});
