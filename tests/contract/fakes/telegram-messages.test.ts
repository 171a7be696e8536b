import { beforeEach, describe, expect, it } from 'vitest';
import { makePng } from '../../fakes/telegram/make-png.ts';
import type { FakeTelegram, FakeUser } from '../../fakes/telegram/types.ts';
import { type Call, type Refused, start, TOKEN, told } from './telegram-client.ts';

let telegram: FakeTelegram;
let call: Call;
let clock: { at: number };
let ann: FakeUser;

beforeEach(async () => {
  ({ telegram, call, clock } = await start());
  ann = telegram.addUser({ firstName: 'Ann' });
});

const send = (fields: object) => call('sendMessage', { chat_id: ann.id, ...fields });

async function sendPhoto(photo: Buffer, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set('chat_id', String(ann.id));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('photo', new Blob([new Uint8Array(photo)]), 'c.png');
  const response = await fetch(`${telegram.url}/bot${TOKEN}/sendPhoto`, {
    method: 'POST',
    body: form,
  });
  return { status: response.status, ...((await response.json()) as Refused) };
}

describe('HTML', () => {
  it('becomes text and entities counted in UTF-16 units', async () => {
    const text =
      '  <b>🚀 up</b> &lt;3 &amp; <a href="https://a.b/?x=1&amp;y=2">link</a>&nbsp;<code>1</code>\n';
    const { result } = await send({ text, parse_mode: 'HTML' });
    expect(result.text).toBe('🚀 up <3 & link&nbsp;1');
    expect(result.entities).toEqual([
      { type: 'bold', offset: 0, length: 5 },
      { type: 'text_link', offset: 11, length: 4, url: 'https://a.b/?x=1&y=2' },
      { type: 'code', offset: 21, length: 1 },
    ]);
    expect(telegram.messages(ann)[0]).toMatchObject({ text: '🚀 up <3 & link&nbsp;1', html: text });
  });

  it('knows code blocks, quotes and spoilers', async () => {
    const text =
      '<pre><code class="language-ts">x</code></pre><blockquote expandable>q</blockquote><span class="tg-spoiler">s</span>';
    const { result } = await send({ text, parse_mode: 'HTML' });
    expect(result.entities).toEqual([
      { type: 'pre', offset: 0, length: 1, language: 'ts' },
      { type: 'expandable_blockquote', offset: 1, length: 1 },
      { type: 'spoiler', offset: 2, length: 1 },
    ]);
  });

  it.each([
    ['<b', 'Unclosed start tag at byte offset 0'],
    ['é <p>x</p>', 'Unsupported start tag "p" at byte offset 3'],
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['<a =x>x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<a href=x/y>x</a>', 'Unexpected end of name token at byte offset 8'],
    ['<a href', 'Unclosed start tag "a" at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<tg-emoji>x</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['1 < 2', 'Unsupported start tag "" at byte offset 2'],
  ])('%j is refused', async (text, reason) => {
    const lower = reason.charAt(0);
    expect(told(await send({ text, parse_mode: 'HTML' }))).toBe(
      `400 Bad Request: can't parse entities: ${lower}${reason.slice(1)}`,
    );
  });

  it.each([
    ['MarkdownV2', 'this fake reads no Markdown, only parse_mode HTML'],
    ['BBCode', 'unsupported parse_mode'],
  ])('is the only parse_mode: %s', async (mode, reason) => {
    expect(told(await send({ text: 'x', parse_mode: mode }))).toBe(`400 Bad Request: ${reason}`);
  });
});

describe('lengths', () => {
  it.each([
    ['', 'message text is empty'],
    ['<b> </b>\n', 'text must be non-empty'],
    [`${'<b>x</b>'.repeat(3000)}${'y'.repeat(1097)}`, 'message is too long'],
    [`${'🚀'.repeat(2048)}x`, 'message is too long'],
    ['x'.repeat(32_769), 'text is too long'],
  ])('text %#: refused', async (text, reason) => {
    expect(told(await send({ text, parse_mode: 'HTML' }))).toBe(`400 Bad Request: ${reason}`);
  });

  it('count after parsing: 4096 of text, 1024 of a caption', async () => {
    expect(told(await send({ text: `<b>${'x'.repeat(4096)}</b>`, parse_mode: 'HTML' }))).toBe(
      'accepted',
    );
    const photo = makePng(10, 10);
    const mode = { parse_mode: 'HTML' };
    const fits = await sendPhoto(photo, { caption: `<b>${'x'.repeat(1024)}</b>`, ...mode });
    const long = await sendPhoto(photo, { caption: 'x'.repeat(1025), ...mode });
    expect([told(fits), told(long)]).toEqual([
      'accepted',
      '400 Bad Request: message caption is too long',
    ]);
    expect(telegram.messages(ann)[1]?.text).toBe('x'.repeat(1024));
  });
});

describe('keyboards', () => {
  const button = (data: string) => ({ text: 'B', callback_data: data });
  const inline = (rows: unknown) => ({ text: 'x', reply_markup: { inline_keyboard: rows } });

  it.each([
    [
      'a text button',
      inline([[{ text: 'B' }]]),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    ['data of 65 bytes', inline([[button(`${'é'.repeat(32)}x`)]]), 'BUTTON_DATA_INVALID'],
    [
      '101 buttons',
      inline(Array.from({ length: 101 }, () => [button('d')])),
      'reply markup is too long',
    ],
    [
      '9 in a row',
      inline([Array.from({ length: 9 }, () => button('d'))]),
      'reply markup is too long',
    ],
    [
      'no rows',
      inline([button('d')]),
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    ['no array', inline(5), 'field "inline_keyboard" must be of type Array'],
    [
      'no text',
      inline([[{ callback_data: 'd' }]]),
      'can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'a bad link',
      inline([[{ text: 'B', url: 'ftp://x' }]]),
      "inline keyboard button URL 'ftp://x' is invalid: Wrong HTTP URL",
    ],
    ['no JSON', { text: 'x', reply_markup: '{' }, "can't parse reply keyboard markup JSON object"],
    ['null', { text: 'x', reply_markup: null }, 'object expected as reply markup'],
  ])('%s is refused', async (_, fields, reason) => {
    expect(told(await send(fields))).toBe(`400 Bad Request: ${reason}`);
  });

  it('with 64 bytes of data is shown', async () => {
    await send(inline([[button('d'.repeat(64)), { text: 'L', url: 'https://a.b' }], []]));
    expect(telegram.messages(ann)[0]?.buttons).toEqual([
      [
        { label: 'B', data: 'd'.repeat(64) },
        { label: 'L', data: '' },
      ],
    ]);
  });
});

describe('photos', () => {
  const broken = makePng(10, 10);
  broken[45] = (broken[45] ?? 0) ^ 1;

  it.each([
    ['an empty file', Buffer.alloc(0), 'file must be non-empty'],
    ['no picture', Buffer.from('hello'), 'IMAGE_PROCESS_FAILED'],
    ['a broken picture', broken, 'IMAGE_PROCESS_FAILED'],
    ['a cut picture', makePng(10, 10).subarray(0, -6), 'IMAGE_PROCESS_FAILED'],
    ['sides over 10000', makePng(9000, 1001), 'PHOTO_INVALID_DIMENSIONS'],
    ['a ratio over 20', makePng(2100, 100), 'PHOTO_INVALID_DIMENSIONS'],
    [
      'over 10 MB',
      Buffer.alloc(10_485_761),
      'file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
    ],
  ])('%s is refused', async (_, photo, reason) => {
    expect(told(await sendPhoto(photo))).toBe(`400 Bad Request: ${reason}`);
  });

  it.each([
    [{}, 'there is no photo in the request'],
    [{ photo: 'attach://none' }, 'there is no photo in the request'],
    [{ photo: 'https://a.b/c.png' }, 'failed to get HTTP URL content'],
    [{ photo: 'abc' }, 'wrong file identifier/HTTP URL specified'],
  ])('%j is refused', async (fields, reason) => {
    const reply = await call('sendPhoto', { chat_id: ann.id, ...fields });
    expect(told(reply)).toBe(`400 Bad Request: ${reason}`);
  });

  it('can be sent again by file_id', async () => {
    const picture = makePng(20, 10);
    await sendPhoto(picture);
    const { result } = await call('sendMessage', { chat_id: ann.id, text: 'x' });
    const [first] = telegram.messages(ann);
    const edited = await call('editMessageCaption', {
      chat_id: ann.id,
      message_id: first?.messageId,
      caption: 'c',
    });
    const photo = edited.result.photo?.[0]?.file_id;
    expect(told(await call('sendPhoto', { chat_id: ann.id, photo }))).toBe('accepted');
    expect(telegram.messages(ann)[2]?.photo).toEqual(new Uint8Array(picture));
    expect(result.message_id).toBe((first?.messageId ?? 0) + 1);
  });
});

describe('answers to messages', () => {
  it.each([[{ reply_parameters: { message_id: 99 } }], [{ reply_to_message_id: 99 }]])(
    'to a message that is not there are refused: %j',
    async (fields) => {
      expect(told(await send({ text: 'x', ...fields }))).toBe(
        '400 Bad Request: message to be replied not found',
      );
    },
  );

  it.each([
    [{ reply_parameters: '{' }, "can't parse reply parameters JSON object"],
    [{ reply_parameters: '[]' }, 'object expected as reply parameters'],
    [{ reply_parameters: { quote: 'x' } }, 'can\'t find field "message_id"'],
  ])('are refused: %j', async (fields, reason) => {
    expect(told(await send({ text: 'x', ...fields }))).toBe(`400 Bad Request: ${reason}`);
  });

  it('go without the message when that is allowed', async () => {
    const { messageId } = telegram.write(ann, ann, 'question');
    await send({ text: 'a', reply_parameters: { message_id: messageId } });
    telegram.deleteMessage(ann, messageId);
    await send({
      text: 'b',
      reply_parameters: { message_id: messageId, allow_sending_without_reply: true },
    });
    await send({ text: 'c', reply_to_message_id: messageId, allow_sending_without_reply: true });
    expect(telegram.messages(ann).map(({ replyTo }) => replyTo)).toEqual([
      messageId,
      undefined,
      undefined,
    ]);
  });
});

describe('edits', () => {
  const keyboard = { inline_keyboard: [[{ text: 'B', callback_data: 'd' }]] };
  let id: number;
  const edit = (method: string, fields: object = {}) =>
    call(method, { chat_id: ann.id, message_id: id, ...fields });

  beforeEach(async () => {
    const { result } = await send({
      text: 'one',
      reply_markup: keyboard,
      disable_notification: true,
    });
    id = result.message_id;
  });

  it('keep every version, and drop a keyboard not given again', async () => {
    clock.at += 5000;
    await edit('editMessageText', { text: '<i>two</i>', parse_mode: 'HTML' });
    await edit('editMessageReplyMarkup', { reply_markup: keyboard });
    const [message] = telegram.messages(ann);
    expect(message).toMatchObject({ text: 'two', html: '<i>two</i>', silent: true });
    expect(message?.versions.map(({ text, buttons, at }) => [text, buttons.length, at])).toEqual([
      ['one', 1, clock.at - 5000],
      ['two', 0, clock.at],
      ['two', 1, clock.at],
    ]);
  });

  it('that change nothing are refused', async () => {
    expect(told(await edit('editMessageText', { text: 'one', reply_markup: keyboard }))).toBe(
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
    expect(telegram.messages(ann)[0]?.versions).toHaveLength(1);
  });

  it.each([
    ['editMessageText', { message_id: 77, text: 'x' }, 'message to edit not found'],
    [
      'editMessageText',
      { chat_id: '', message_id: 0, text: 'x' },
      'message identifier is not specified',
    ],
    ['editMessageText', { text: 'x'.repeat(4097) }, 'MESSAGE_TOO_LONG'],
    [
      'editMessageText',
      { text: 'x', reply_markup: { force_reply: true } },
      'inline keyboard expected',
    ],
    ['editMessageCaption', { caption: 'x' }, 'there is no caption in the message to edit'],
    ['editMessageCaption', { caption: 'x'.repeat(1025) }, 'MEDIA_CAPTION_TOO_LONG'],
    ['editMessageMedia', {}, 'parameter "media" is required'],
    [
      'editMessageMedia',
      { media: { type: 'photo', media: 'attach://p' } },
      'there is no photo in the request',
    ],
    [
      'editMessageMedia',
      { media: { type: 'sound' } },
      'can\'t parse InputMedia: type "sound" is unsupported',
    ],
  ])('%s, case %#, are refused', async (method, fields, reason) => {
    expect(told(await edit(method, fields))).toBe(`400 Bad Request: ${reason}`);
  });

  it('of deleted messages, of others, and of reply keyboards are refused', async () => {
    telegram.deleteMessage(ann, id);
    expect(told(await edit('editMessageText', { text: 'x' }))).toBe(
      '400 Bad Request: message to edit not found',
    );
    expect(telegram.messages(ann)[0]?.deleted).toBe(true);
    id = telegram.write(ann, ann, 'mine').messageId;
    expect(told(await edit('editMessageText', { text: 'x' }))).toBe(
      "400 Bad Request: message can't be edited",
    );
    id = (await send({ text: 'x', reply_markup: { force_reply: true } })).result.message_id;
    expect(told(await edit('editMessageText', { text: 'y' }))).toBe(
      "400 Bad Request: message can't be edited",
    );
  });

  it('of the text of a photo are refused', async () => {
    await sendPhoto(makePng(10, 10));
    id = telegram.messages(ann)[1]?.messageId ?? 0;
    expect(told(await edit('editMessageText', { text: 'x' }))).toBe(
      '400 Bad Request: there is no text in the message to edit',
    );
  });

  it('deleting: once, only what is there and recent', async () => {
    expect(told(await edit('deleteMessage', { message_id: 0 }))).toBe(
      '400 Bad Request: message identifier is not specified',
    );
    expect(told(await edit('deleteMessage'))).toBe('accepted');
    expect(told(await edit('deleteMessage'))).toBe('400 Bad Request: message to delete not found');
    id = (await send({ text: 'x' })).result.message_id;
    clock.at += 48 * 3600 * 1000;
    expect(told(await edit('deleteMessage'))).toBe("400 Bad Request: message can't be deleted");
  });
});

describe('pacing', () => {
  it('allows a chat a burst of three, then one a second, edits included', async () => {
    const paced = await start({ pacing: true });
    const user = paced.telegram.addUser({ firstName: 'Bob' });
    const post = async (method: string, fields: object) =>
      told(await paced.call(method, { chat_id: user.id, ...fields }));
    const late = '429 Too Many Requests: retry after 1';
    expect(await post('sendMessage', { text: 'a' })).toBe('accepted');
    expect(await post('editMessageText', { message_id: 1, text: 'b' })).toBe('accepted');
    expect(await post('sendMessage', { text: 'c' })).toBe('accepted');
    expect(await post('sendMessage', { text: 'd' })).toBe(late);
    expect(await post('editMessageText', { message_id: 1, text: 'd' })).toBe(late);
    paced.clock.at += 1000;
    expect(await post('sendMessage', { text: 'e' })).toBe('accepted');
    const { parameters } = await paced.call('sendMessage', { chat_id: user.id, text: 'f' });
    expect(parameters).toEqual({ retry_after: 1 });
  });

  it('allows a group 20 a minute', async () => {
    const paced = await start({ pacing: true });
    const group = paced.telegram.addChat({ type: 'supergroup', title: 'Desk' });
    const post = () => paced.call('sendMessage', { chat_id: group.id, text: 'x' });
    for (let count = 0; count < 20; count += 1) {
      expect((await post()).status).toBe(200);
      paced.clock.at += 1000;
    }
    expect(told(await post())).toBe('429 Too Many Requests: retry after 40');
    paced.clock.at += 40_000;
    expect((await post()).status).toBe(200);
  });

  it('allows the bot 30 a second', async () => {
    const paced = await start({ pacing: true });
    const replies = [];
    for (let count = 0; count < 31; count += 1) {
      const user = paced.telegram.addUser({ firstName: `U${count}` });
      replies.push(await paced.call('sendMessage', { chat_id: user.id, text: 'x' }));
    }
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(told(replies[30])).toBe('429 Too Many Requests: retry after 1');
  });
});
