import { describe, expect, test } from 'vitest';
import { makeDoc } from '../../fakes/make-message.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { openBench, refOf } from './telegram-bench.ts';

const PNG = new Uint8Array(makePng(40, 20));
const ACTIONS = [
  { label: 'Details', command: 'risk', text: 'BTC' },
  { label: 'Mute 1 h', command: 'mute', text: '1h' },
];

async function inGroup(options: Parameters<typeof openBench>[0] = {}) {
  const bench = await openBench(options);
  const group = bench.server.addChat({ type: 'supergroup', title: 'Group' });
  return { ...bench, group, chat: refOf(group) };
}

describe('Telegram messages', () => {
  test('a chart arrives byte for byte, with the words as its caption and two buttons a row', async () => {
    const { server, group, chat, send } = await inGroup();
    const doc = makeDoc({
      actions: [...ACTIONS, { label: 'Off', command: 'unsubscribe', text: '' }],
    });
    const outcome = await send({ chat, doc, png: PNG, silent: true });
    const [message] = server.messages(group);
    expect(outcome).toEqual({ kind: 'sent', platformMessageId: `p${message?.messageId}` });
    expect(message?.photo).toEqual(PNG);
    expect(message?.silent).toBe(true);
    expect(message?.text).toContain('A 3.1\u00a0% fall would force about $200m of sales.');
    expect(message?.buttons.map((row) => row.map(({ label }) => label))).toEqual([
      ['Details', 'Mute 1 h'],
      ['Off'],
    ]);
  });

  test('without a chart it is a text without link previews', async () => {
    const { server, group, chat, send } = await inGroup();
    expect(await send({ chat })).toEqual({
      kind: 'sent',
      platformMessageId: expect.stringMatching(/^t\d+$/),
    });
    expect(server.messages(group)[0]?.photo).toBeUndefined();
    expect(server.calls.at(-1)?.payload).toMatchObject({
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    });
  });

  test('answers what was asked, and still arrives when that is gone', async () => {
    const { server, group, chat, send } = await inGroup();
    const asked = server.write(group, server.addUser({ firstName: 'Ann' }), '/risk');
    await send({ chat, replyTo: String(asked.messageId) });
    await send({ chat, replyTo: '4711' });
    expect(server.messages(group).map(({ replyTo }) => replyTo)).toEqual([
      asked.messageId,
      undefined,
    ]);
  });

  test('goes into its topic; a deleted topic closes that room only, a closed one waits', async () => {
    const { server, send } = await openBench();
    const forum = server.addChat({ type: 'supergroup', title: 'Forum', forum: true });
    const topic = server.addTopic(forum, 'Alerts');
    expect(await send({ chat: refOf(forum, topic), png: PNG })).toMatchObject({ kind: 'sent' });
    expect(server.messages(forum)[0]?.threadId).toBe(topic);
    expect(await send({ chat: refOf(forum, 9_999) })).toEqual({
      kind: 'refused',
      reason: 'the topic was deleted',
      closeChat: true,
    });
    server.closeTopic(forum, topic);
    expect(await send({ chat: refOf(forum, topic) })).toEqual({
      kind: 'retry',
      afterMs: 60_000,
      reason: 'the topic is closed',
      scope: 'message',
    });
  });

  test('a changed photo takes the new chart; without one it keeps the old and says so', async () => {
    const { server, group, chat, send } = await inGroup();
    const first = await send({ chat, png: PNG, doc: makeDoc({ title: 'One' }) });
    if (first.kind !== 'sent') throw new Error(first.reason);
    const editOf = first.platformMessageId;
    const wider = new Uint8Array(makePng(60, 20));
    const second = makeDoc({ title: 'Two', actions: ACTIONS });
    expect(await send({ chat, png: wider, doc: second, editOf })).toEqual(first);
    expect(await send({ chat, doc: makeDoc({ title: 'Three' }), editOf })).toEqual(first);
    const [message, ...others] = server.messages(group);
    expect(others).toEqual([]);
    expect(message?.versions.map(({ photo }) => photo)).toEqual([PNG, wider, wider]);
    expect(message?.versions.map(({ buttons }) => buttons.length)).toEqual([0, 1, 0]);
    expect(message?.text).toContain('Three');
    expect(message?.text).toContain('The chart shows an earlier state.');
  });

  test('a changed text stays a text, and saying the same twice is no failure', async () => {
    const { server, group, chat, send } = await inGroup();
    const first = await send({ chat });
    if (first.kind !== 'sent') throw new Error(first.reason);
    const doc = makeDoc({ title: 'Later' });
    const change = { chat, png: PNG, doc, editOf: first.platformMessageId };
    expect(await send(change)).toEqual(first);
    expect(await send(change)).toEqual(first);
    expect(server.messages(group)[0]?.versions).toHaveLength(2);
  });

  test('a format it refuses is sent as plain text within the same attempt', async () => {
    const { server, group, chat, send, log } = await inGroup();
    server.fault({
      method: 'sendPhoto',
      times: 1,
      kind: {
        status: 400,
        body: {
          ok: false,
          error_code: 400,
          description: `Bad Request: can't parse entities: Unsupported start tag "sales"`,
        },
      },
    });
    expect(await send({ chat, png: PNG })).toMatchObject({ kind: 'sent' });
    const [message] = server.messages(group);
    expect(message?.photo).toEqual(PNG);
    expect(message?.html).not.toContain('<b>');
    expect(message?.html).toContain('ETH down 72/100 high');
    expect(JSON.stringify(log.lines)).not.toContain('sales');
  });

  test('a chart it cannot read, or may not post, leaves the words', async () => {
    const { server, group, chat, send } = await inGroup();
    expect(await send({ chat, png: new Uint8Array([1, 2, 3]) })).toMatchObject({
      platformMessageId: expect.stringMatching(/^t/),
    });
    server.setBotRights(group, { can_send_photos: false });
    expect(await send({ chat, png: PNG })).toMatchObject({ kind: 'sent' });
    expect(server.messages(group).map(({ photo }) => photo)).toEqual([undefined, undefined]);
  });

  test('a message refused twice is refused alone, its chat stays open', async () => {
    const { server, chat, send } = await inGroup();
    const body = { ok: false, error_code: 400, description: 'Bad Request: MESSAGE_TOO_ODD "x"' };
    server.fault({ kind: { status: 400, body } });
    expect(await send({ chat })).toEqual({
      kind: 'refused',
      reason: 'Telegram refused the text (400)',
      closeChat: false,
    });
  });
});

describe('Telegram chats that cannot be reached', () => {
  test('blocked, deleted and never started private chats are closed', async () => {
    const { server, send } = await openBench();
    const blocked = server.addUser({ firstName: 'B' });
    server.block(blocked);
    const deleted = server.addUser({ firstName: 'D' });
    server.deactivate(deleted);
    const stranger = server.addUser({ firstName: 'S', started: false });
    for (const user of [blocked, deleted, stranger]) {
      expect(await send({ chat: refOf(user) })).toMatchObject({ kind: 'refused', closeChat: true });
    }
  });

  test('a group or channel it was removed from is closed with all its rooms', async () => {
    const { server, send } = await openBench();
    const owner = server.addUser({ firstName: 'O' });
    const gone: ('kicked' | 'left')[] = ['kicked', 'left'];
    for (const how of gone) {
      const group = server.addChat({ type: 'supergroup', title: how });
      server.removeBot(group, owner, how);
      expect(await send({ chat: refOf(group) })).toMatchObject({
        kind: 'refused',
        closeChat: true,
        wholePlace: true,
      });
    }
    expect(await send({ chat: { platform: 'telegram', chatId: '-100999' } })).toMatchObject({
      kind: 'refused',
      wholePlace: true,
    });
  });

  test('a missing right is waited for, in words', async () => {
    const { server, send } = await openBench();
    const group = server.addChat({ type: 'supergroup', title: 'G' });
    server.setBotRights(group, { can_send_messages: false });
    const channel = server.addChat({ type: 'channel', title: 'C' });
    server.setBotRights(channel, { can_post_messages: false });
    for (const chat of [group, channel]) {
      expect(await send({ chat: refOf(chat) })).toEqual({
        kind: 'retry',
        afterMs: 60_000,
        reason: 'the bot has no right to write here',
        scope: 'chat',
      });
    }
  });

  test('a group that became a supergroup tells its new id', async () => {
    const { server, send } = await openBench();
    const group = server.addChat({ type: 'group', title: 'G' });
    const next = server.migrate(group);
    expect(await send({ chat: refOf(group) })).toMatchObject({
      kind: 'moved',
      toChatId: String(next.id),
    });
  });
});

describe('Telegram failures while sending', () => {
  const KINDS = [
    ['a reset', 'reset-after', 'unknown'],
    ['a lost answer', 'silence-after', 'unknown'],
    ['a reset before', 'reset-before', 'unknown'],
    ['garbage', 'garbage', 'unknown'],
    ['an answer too large', { oversize: 6_000_000 }, 'unknown'],
    ['a gateway that gave up', { status: 504, body: '<html>' }, 'unknown'],
    ['500', { status: 500 }, 'retry'],
    ['a proxy page', { status: 502, body: '<html>bad gateway</html>' }, 'retry'],
    ['503', { status: 503 }, 'retry'],
    ['a 403 that is not of Telegram', { status: 403, body: '<html>no</html>' }, 'retry'],
  ] as const;

  test.each(KINDS)('%s is taken for what it proves', async (_, kind, expected) => {
    const { server, chat, send } = await inGroup({ settings: { callDeadlineMs: 300 } });
    server.fault({ method: 'sendMessage', kind: kind as never, times: 1 });
    const outcome = await send({ chat });
    expect(outcome.kind).toBe(expected);
    expect(JSON.stringify(outcome)).not.toContain('secret');
    expect(await send({ chat })).toMatchObject({ kind: 'sent' });
  });

  test('a redirect is never followed: the token stays here', async () => {
    const { server, chat, send } = await inGroup();
    const elsewhere = await openBench();
    server.fault({ kind: { redirect: `${elsewhere.server.url}/bot1:x/sendMessage` } });
    expect(await send({ chat })).toMatchObject({ kind: 'retry' });
    expect(elsewhere.server.calls).toEqual([]);
  });

  test('where nobody listens nothing was sent', async () => {
    const closed = await openBench();
    await closed.server.close();
    const { chat, send } = await inGroup({ apiUrl: closed.server.url });
    expect(await send({ chat })).toEqual({
      kind: 'retry',
      afterMs: 5_000,
      reason: 'the connection was refused',
    });
  });

  test('429 waits as long as it says; when several chats are refused, the bot pauses briefly', async () => {
    const { server, send } = await openBench();
    server.fault({
      kind: {
        status: 429,
        body: { ok: false, error_code: 429, description: '', parameters: { retry_after: 90 } },
      },
    });
    const waits: unknown[] = [];
    for (const title of ['a', 'b', 'c']) {
      const outcome = await send({ chat: refOf(server.addChat({ type: 'group', title })) });
      expect(outcome).toMatchObject({ kind: 'retry', afterMs: 90_000, scope: 'chat' });
      waits.push(outcome.kind === 'retry' && outcome.platformAfterMs);
    }
    expect(waits).toEqual([undefined, undefined, 5_000]);
  });

  test('a refused token stops the platform, not the program', async () => {
    const { server, chat, send, platform } = await inGroup();
    server.revokeToken();
    expect(await send({ chat })).toEqual({
      kind: 'retry',
      afterMs: 60_000,
      reason: 'the token was refused (401)',
      scope: 'platform',
    });
    expect(platform.state()).toEqual({
      state: 'stopped',
      detail: 'the token was refused: Telegram answered 401 Unauthorized',
    });
  });
});
