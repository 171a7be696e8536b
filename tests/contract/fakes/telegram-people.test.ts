import { Telegram } from 'telegraf';
import { beforeEach, describe, expect, it } from 'vitest';
import { makePng } from '../../fakes/telegram/make-png.ts';
import type { FakeChat, FakeTelegram, FakeUser } from '../../fakes/telegram/types.ts';
import { type Call, start, TOKEN, told, type Update } from './telegram-client.ts';

let telegram: FakeTelegram;
let call: Call;
let clock: { at: number };
let ann: FakeUser;
let group: FakeChat;

beforeEach(async () => {
  ({ telegram, call, clock } = await start());
  ann = telegram.addUser({ firstName: 'Ann', username: 'ann', languageCode: 'de' });
  group = telegram.addChat({ type: 'supergroup', title: 'Desk' });
});

const send = async (chat: FakeChat | FakeUser, fields: object = {}) =>
  told(await call('sendMessage', { chat_id: chat.id, text: 'x', ...fields }));

const updates = async () => (await call<Update[]>('getUpdates')).result;

describe('who can be written to', () => {
  it('not a stranger, one who blocked the bot, or a deleted account', async () => {
    const stranger = telegram.addUser({ firstName: 'Eve', started: false });
    const bob = telegram.addUser({ firstName: 'Bob' });
    telegram.block(ann);
    telegram.deactivate(bob);
    expect(await send(stranger)).toBe("403 Forbidden: bot can't initiate conversation with a user");
    expect(await send(ann)).toBe('403 Forbidden: bot was blocked by the user');
    expect(await send(bob)).toBe('403 Forbidden: user is deactivated');
    telegram.unblock(ann);
    telegram.write(stranger, stranger, '/start');
    expect([await send(ann), await send(stranger)]).toEqual(['accepted', 'accepted']);
  });

  it('not an unknown chat or none', async () => {
    expect(told(await call('sendMessage', { chat_id: 1, text: 'x' }))).toBe(
      '400 Bad Request: chat not found',
    );
    expect(told(await call('sendMessage', { text: 'x' }))).toBe(
      '400 Bad Request: chat_id is empty',
    );
  });

  it.each(['group', 'supergroup', 'channel'] as const)('not a %s it is not in', async (type) => {
    const chat = telegram.addChat({ type, title: 'Desk', botStatus: 'left' });
    expect(await send(chat)).toBe(`403 Forbidden: bot is not a member of the ${type} chat`);
    telegram.addBot(chat, ann);
    expect(await send(chat)).toBe('accepted');
    telegram.removeBot(chat, ann);
    expect(await send(chat)).toBe(`403 Forbidden: bot was kicked from the ${type} chat`);
  });

  it('not without the right, photos and text apart', async () => {
    telegram.setBotRights(group, { can_send_messages: false });
    expect(await send(group)).toBe(
      '400 Bad Request: not enough rights to send text messages to the chat',
    );
    telegram.setBotRights(group, { can_send_photos: false });
    expect(await send(group)).toBe('accepted');
    const client = new Telegram(TOKEN, { apiRoot: telegram.url });
    await expect(client.sendPhoto(group.id, { source: makePng(9, 9) })).rejects.toMatchObject({
      description: 'Bad Request: not enough rights to send photos to the chat',
    });
    const channel = telegram.addChat({
      type: 'channel',
      title: 'News',
      botRights: { can_post_messages: false },
    });
    expect(await send(channel)).toBe(
      '400 Bad Request: need administrator rights in the channel chat',
    );
  });

  it('a topic of a forum, if there is one and it is open', async () => {
    const forum = telegram.addChat({ type: 'supergroup', title: 'Forum', forum: true });
    const topic = telegram.addTopic(forum, 'Alerts');
    const missing = '400 Bad Request: message thread not found';
    expect(await send(forum, { message_thread_id: topic })).toBe('accepted');
    expect(await send(forum, { message_thread_id: 99 })).toBe(missing);
    expect(await send(forum, { message_thread_id: 1 })).toBe(missing);
    expect(await send(ann, { message_thread_id: 5 })).toBe(missing);
    expect(await send(group, { message_thread_id: 5 })).toBe('accepted');
    const { messageId } = telegram.write(forum, ann, 'x', { threadId: topic });
    expect(await send(forum, { reply_to_message_id: messageId })).toBe('accepted');
    telegram.closeTopic(forum, topic);
    expect(await send(forum, { message_thread_id: topic })).toBe('400 Bad Request: TOPIC_CLOSED');
    telegram.setBotRights(forum, { can_manage_topics: true }, 'administrator');
    expect(await send(forum, { message_thread_id: topic })).toBe('accepted');
    const threads = telegram.messages(forum).map(({ threadId }) => threadId);
    expect(threads).toEqual([topic, topic, topic]);
    expect(telegram.messages(group)[0]?.threadId).toBeUndefined();
  });

  it('a migrated group only under its new id', async () => {
    const old = telegram.addChat({ type: 'group', title: 'Desk' });
    const next = telegram.migrate(old);
    for (const method of ['sendMessage', 'editMessageText', 'getChatAdministrators']) {
      const reply = await call(method, { chat_id: old.id, message_id: 1, text: 'x' });
      expect(told(reply)).toBe('400 Bad Request: group chat was upgraded to a supergroup chat');
      expect(reply.parameters).toEqual({ migrate_to_chat_id: next.id });
    }
    expect(told(await call('getChat', { chat_id: old.id }))).toBe('accepted');
    expect(await send(next)).toBe('accepted');
    expect((await updates()).map(({ message }) => message)).toMatchObject([
      { chat: { id: old.id }, migrate_to_chat_id: next.id },
      { chat: { id: next.id }, migrate_from_chat_id: old.id },
    ]);
  });
});

describe('what the bot hears', () => {
  it('in a private chat everything, with who wrote and when', async () => {
    telegram.write(ann, ann, '/risk BTC', { date: 1_700_000_000 });
    expect((await updates())[0]?.message).toEqual({
      message_id: 1,
      chat: { id: ann.id, first_name: 'Ann', username: 'ann', type: 'private' },
      from: { id: ann.id, is_bot: false, first_name: 'Ann', username: 'ann', language_code: 'de' },
      date: 1_700_000_000,
      text: '/risk BTC',
      entities: [{ type: 'bot_command', offset: 0, length: 5 }],
    });
  });

  it('in a group only commands that may be its own and answers to it', async () => {
    const { result } = await call('sendMessage', { chat_id: group.id, text: 'x' });
    const heard = (text: string, replyTo?: number) =>
      telegram.write(group, ann, text, replyTo === undefined ? {} : { replyTo }).updateId !==
      undefined;
    expect(heard('hello')).toBe(false);
    expect(heard('/risk@other_bot BTC')).toBe(false);
    expect(heard('/risk BTC')).toBe(true);
    expect(heard('/risk@FAKE_watch_bot BTC')).toBe(true);
    expect(heard('thanks', result.message_id)).toBe(true);
    telegram.setBotRights(group, {}, 'administrator');
    expect(heard('hello')).toBe(true);
    telegram.removeBot(group, ann);
    expect(heard('/risk BTC')).toBe(false);
  });

  it('an edit, as the same message with another text', async () => {
    const message = telegram.write(group, ann, '/risk BTC');
    clock.at += 1000;
    telegram.edit(message, '/risk ETH');
    const [, edited] = await updates();
    expect(edited?.edited_message).toMatchObject({
      message_id: message.messageId,
      text: '/risk ETH',
      edit_date: clock.at / 1000,
    });
    telegram.edit(message, 'never mind');
    expect(message.updateId).toBeUndefined();
  });

  it('anonymous administrators and channels through their stand-ins', async () => {
    telegram.write(group, 'anonymous-admin', '/a');
    telegram.write(group, 'channel', '/b');
    const [admin, channel] = await updates();
    expect(admin?.message).toMatchObject({
      from: { id: 1087968824, username: 'GroupAnonymousBot' },
      sender_chat: { id: group.id },
    });
    expect(channel?.message).toMatchObject({
      from: { id: 136817688 },
      sender_chat: { type: 'channel' },
    });
  });

  it('posts of a channel, which have no author', async () => {
    const channel = telegram.addChat({ type: 'channel', title: 'News' });
    const post = telegram.write(channel, 'channel', 'hello');
    telegram.edit(post, 'hi');
    const [first, second] = await updates();
    expect(first?.channel_post).toMatchObject({ text: 'hello', sender_chat: { id: channel.id } });
    expect(first?.channel_post?.from).toBeUndefined();
    expect(second?.edited_channel_post).toMatchObject({ text: 'hi' });
  });

  it('in a forum the topic, whose opening message counts as answered', async () => {
    const forum = telegram.addChat({ type: 'supergroup', title: 'Forum', forum: true });
    const topic = telegram.addTopic(forum, 'Alerts', ann);
    telegram.write(forum, ann, '/risk', { threadId: topic });
    telegram.write(forum, ann, '/risk');
    const [opened, inTopic, general] = (await updates()).map(({ message }) => message);
    expect(opened).toMatchObject({ forum_topic_created: { name: 'Alerts' } });
    expect(inTopic).toMatchObject({
      message_thread_id: topic,
      is_topic_message: true,
      reply_to_message: { message_id: topic, forum_topic_created: { name: 'Alerts' } },
    });
    expect(general?.message_thread_id).toBeUndefined();
  });

  it('in other supergroups a thread id of answers that is no topic', async () => {
    const { result } = await call('sendMessage', { chat_id: group.id, text: 'x' });
    telegram.write(group, ann, 'why?', { replyTo: result.message_id });
    const [update] = await updates();
    expect(update?.message?.message_thread_id).toBe(result.message_id);
    expect(update?.message?.is_topic_message).toBeUndefined();
  });

  it('its own comings, goings and rights', async () => {
    const chat = telegram.addChat({ type: 'group', title: 'New', botStatus: 'left' });
    telegram.addBot(chat, ann);
    telegram.setBotRights(chat, { can_send_messages: false });
    telegram.setBotRights(chat, {});
    telegram.removeBot(chat, ann, 'left');
    telegram.block(ann);
    telegram.unblock(ann);
    const seen = (await updates()).map(({ my_chat_member: mine, message }) =>
      mine === undefined
        ? Object.keys(message ?? {}).at(-1)
        : `${mine.old_chat_member.status} > ${mine.new_chat_member.status}`,
    );
    expect(seen).toEqual([
      'left > member',
      'new_chat_members',
      'member > restricted',
      'restricted > member',
      'left_chat_member',
      'member > left',
      'member > kicked',
      'kicked > member',
    ]);
  });
});

it('leaves a supergroup without seeing the message about it', async () => {
  telegram.removeBot(group, ann);
  expect((await updates()).map((update) => Object.keys(update).at(-1))).toEqual(['my_chat_member']);
});

describe('a press', () => {
  const keyboard = { inline_keyboard: [[{ text: 'Mute', callback_data: 'mute 4h' }]] };
  const expired =
    '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
  const answer = async (queryId: string, fields: object = {}) =>
    told(await call('answerCallbackQuery', { callback_query_id: queryId, ...fields }));

  beforeEach(async () => {
    await call('sendMessage', { chat_id: group.id, text: 'x', reply_markup: keyboard });
  });

  const message = () => {
    const [first] = telegram.messages(group);
    if (first === undefined) throw new Error('no message');
    return first;
  };

  it('carries the message and the data, and is answered once', async () => {
    const press = telegram.press(message(), ann, { label: 'Mute' });
    const [update] = await updates();
    expect(update?.callback_query).toMatchObject({
      id: press.queryId,
      from: { id: ann.id },
      data: 'mute 4h',
      message: { message_id: message().messageId, text: 'x', reply_markup: keyboard },
    });
    expect(await answer(press.queryId, { text: 'done', show_alert: true })).toBe('accepted');
    expect(press.answers).toEqual([{ text: 'done', showAlert: true, at: clock.at }]);
    expect(await answer(press.queryId)).toBe(expired);
  });

  it('cannot be answered late, unknown, or at length', async () => {
    const press = telegram.press(message(), ann, { data: 'forged' });
    expect(await answer(press.queryId, { text: 'x'.repeat(201) })).toBe(
      '400 Bad Request: MESSAGE_TOO_LONG',
    );
    clock.at += 15_001;
    expect(await answer(press.queryId)).toBe(expired);
    expect(await answer('77')).toBe(expired);
    expect(press.answers).toEqual([]);
  });

  it('on a deleted message carries only where that was', async () => {
    telegram.deleteMessage(group, message().messageId);
    telegram.press(message(), ann, { label: 'Mute' });
    const [update] = await updates();
    expect(update?.callback_query?.message).toEqual({
      chat: { id: group.id, title: 'Desk', type: 'supergroup' },
      message_id: message().messageId,
      date: 0,
    });
  });

  it('needs a button that is there', () => {
    expect(() => telegram.press(message(), ann, { label: 'Other' })).toThrow('no button "Other"');
  });
});

describe('looking up chats and members', () => {
  it('gives the bot, chats, and members with their rights', async () => {
    telegram.setMember(group, ann, 'creator');
    telegram.setBotRights(group, { can_delete_messages: true }, 'administrator');
    const eve = telegram.addUser({ firstName: 'Eve' });
    const member = async (id: number) =>
      (await call('getChatMember', { chat_id: group.id, user_id: id })).result;
    expect((await call('getMe')).result).toMatchObject({
      id: 123456,
      username: telegram.botUsername,
      can_read_all_group_messages: false,
    });
    expect((await call('getChat', { chat_id: group.id })).result).toMatchObject({ title: 'Desk' });
    expect(await member(ann.id)).toMatchObject({ status: 'creator', user: { id: ann.id } });
    expect(await member(eve.id)).toMatchObject({ status: 'left' });
    expect(await member(telegram.botId)).toMatchObject({ can_delete_messages: true });
    const { result } = await call<{ status: string }[]>('getChatAdministrators', {
      chat_id: group.id,
    });
    expect(result.map(({ status }) => status)).toEqual(['administrator', 'creator']);
  });

  it.each([
    ['getChatMember', { user_id: 0 }, 'invalid user_id specified'],
    ['getChatMember', { user_id: 42 }, 'member not found'],
    ['sendChatAction', { action: 'dancing' }, 'wrong parameter action in request'],
  ])('%s of %j is refused', async (method, fields, reason) => {
    const reply = await call(method, { chat_id: group.id, ...fields });
    expect(told(reply)).toBe(`400 Bad Request: ${reason}`);
  });

  it('a private chat has no administrators', async () => {
    expect(told(await call('getChatAdministrators', { chat_id: ann.id }))).toBe(
      '400 Bad Request: there are no administrators in the private chat',
    );
  });

  it('shows typing, and leaves', async () => {
    expect(told(await call('sendChatAction', { chat_id: group.id, action: 'typing' }))).toBe(
      'accepted',
    );
    expect(told(await call('leaveChat', { chat_id: group.id }))).toBe('accepted');
    expect(await send(group)).toBe('403 Forbidden: bot is not a member of the supergroup chat');
  });
});

describe('the command menu', () => {
  it('is kept by scope and language', async () => {
    const commands = [{ command: 'risk', description: 'Shows risk' }];
    const scope = { type: 'chat', chat_id: group.id };
    await call('setMyCommands', { commands });
    await call('setMyCommands', { commands, scope, language_code: 'de' });
    expect([...telegram.commands]).toEqual([
      ['{"type":"default"}', commands],
      [`${JSON.stringify(scope)}de`, commands],
    ]);
    expect((await call('getMyCommands')).result).toEqual(commands);
    await call('deleteMyCommands');
    expect((await call('getMyCommands')).result).toEqual([]);
  });

  const one = (command: unknown, description: unknown = 'd') => ({
    commands: [{ command, description }],
  });

  it.each([
    [one('Risk'), 'BOT_COMMAND_INVALID'],
    [one('what-if'), 'BOT_COMMAND_INVALID'],
    [one('/'), 'command must be non-empty'],
    [one('x'.repeat(33)), 'command length must not exceed 32'],
    [one('x', ' '), 'command description must be non-empty'],
    [one('x', 'd'.repeat(257)), 'command description length must not exceed 256'],
    [one(5), 'can\'t parse BotCommand: Field "command" must be of type String'],
    [{ commands: [{ command: 'x' }] }, 'can\'t parse BotCommand: Can\'t find field "description"'],
    [{ commands: {} }, 'expected an Array of BotCommand'],
    [{ commands: '[' }, "can't parse commands JSON object"],
    [
      { commands: Array.from({ length: 101 }, (_, n) => ({ command: `c${n}`, description: 'd' })) },
      'BOT_COMMANDS_TOO_MUCH',
    ],
    [{ scope: { type: 'moon' } }, "can't parse BotCommandScope: Unsupported type specified"],
    [{ scope: { type: 'chat' } }, 'can\'t parse BotCommandScope: Can\'t find field "chat_id"'],
    [{ scope: { type: 'chat', chat_id: 5 } }, 'chat not found'],
    [{ language_code: 'deu' }, 'invalid language code specified'],
  ])('%# is refused', async (fields, reason) => {
    expect(told(await call('setMyCommands', fields))).toBe(`400 Bad Request: ${reason}`);
    expect(telegram.commands.size).toBe(0);
  });
});
