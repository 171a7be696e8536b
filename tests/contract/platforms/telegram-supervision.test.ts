import { describe, expect, test, vi } from 'vitest';
import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import type { FaultKind } from '../../fakes/telegram/types.ts';
import { type Bench, openBench, PATIENCE, refOf, TOKEN } from './telegram-bench.ts';

/** The platform answers a person again. */
async function works(bench: Bench): Promise<void> {
  const user = bench.server.addUser({ firstName: 'Probe' });
  bench.server.write(user, user, `/risk ${user.id}`);
  await vi.waitFor(
    () => expect(bench.requests.some(({ chat }) => chat.chatId === String(user.id))).toBe(true),
    PATIENCE,
  );
}

const callsOf = ({ server }: Bench, name: string) =>
  server.calls.filter(({ method }) => method === name);

async function waitForCalls(bench: Bench, name: string, count: number): Promise<void> {
  await vi.waitFor(
    () => expect(callsOf(bench, name).length).toBeGreaterThanOrEqual(count),
    PATIENCE,
  );
}

describe('Telegram supervision', () => {
  const FAULTS: [name: string, kind: FaultKind][] = [
    ['502 with a page', { status: 502, body: '<html>' }],
    ['500', { status: 500 }],
    ['a reset', 'reset-before'],
    ['a reset after the work', 'reset-after'],
    ['garbage', 'garbage'],
    ['a hung request', 'silence-before'],
    ['a redirect', { redirect: 'http://127.0.0.1:9/' }],
    ['an answer too large', { oversize: 6_000_000 }],
    ['a list that is none', { status: 200, body: { ok: true, result: { odd: 1 } } }],
    ['429', { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 0 } } }],
  ];

  test.each(FAULTS)('starts and receives through %s', async (_, kind) => {
    const bench = await openBench({ settings: { callDeadlineMs: 200, pollDeadlineMs: 200 } });
    for (const method of ['getMe', 'deleteWebhook', 'getUpdates', 'getMyCommands']) {
      bench.server.fault({ method, kind, times: 2 });
    }
    bench.start();
    await bench.connected();
    bench.server.fault({ method: 'getUpdates', kind, times: 2 });
    await works(bench);
    expect(JSON.stringify(bench.log.lines)).not.toContain(TOKEN.slice(7));
  });

  test('a wrong token stops it without a crash, and it comes back when the token works', async () => {
    const bench = await openBench();
    const wrong = bench.server.fault({
      method: 'getMe',
      kind: {
        status: 401,
        body: { ok: false, error_code: 401, description: 'Unauthorized' },
      },
    });
    const end = bench.start();
    await waitForCalls(bench, 'getMe', 3);
    expect(bench.platform.state()).toEqual({
      state: 'stopped',
      detail: 'the token was refused: Telegram answered 401 Unauthorized',
    });
    expect(bench.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    wrong.remove();
    await bench.connected();
    await end();
    expect(bench.platform.state()).toEqual({ state: 'stopped' });
  });

  test('a token revoked while it runs is noticed', async () => {
    const bench = await openBench();
    bench.start();
    await bench.connected();
    bench.server.revokeToken();
    await vi.waitFor(() => expect(bench.platform.state().state).toBe('stopped'), PATIENCE);
    expect(bench.platform.state().detail).toContain('the token was refused');
  });

  test('a second instance is waited for, and sending goes on meanwhile', async () => {
    const bench = await openBench();
    const other = bench.server.fault({
      method: 'getUpdates',
      kind: {
        status: 409,
        body: {
          ok: false,
          error_code: 409,
          description: 'Conflict: terminated by other getUpdates',
        },
      },
    });
    bench.start();
    await waitForCalls(bench, 'getUpdates', 3);
    expect(bench.platform.state()).toEqual({
      state: 'connecting',
      detail: 'another instance receives with the same token (409)',
    });
    const user = bench.server.addUser({ firstName: 'Ann' });
    expect(await bench.send({ chat: refOf(user) })).toMatchObject({ kind: 'sent' });
    other.remove();
    await bench.connected();
    await works(bench);
  });

  test('a webhook somebody set is taken away again', async () => {
    const bench = await openBench();
    bench.start();
    await bench.connected();
    const call = { url: 'https://elsewhere.example/hook' };
    await fetch(`${bench.server.url}/bot${TOKEN}/setWebhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    });
    await waitForCalls(bench, 'deleteWebhook', 2);
    await works(bench);
    expect(bench.server.webhook()).toBeUndefined();
  });

  test('asks for what it needs, and nothing else', async () => {
    const bench = await openBench();
    bench.start();
    await bench.connected();
    await waitForCalls(bench, 'getUpdates', 2);
    const [first, second] = callsOf(bench, 'getUpdates').map(({ payload }) => payload);
    expect(first).toMatchObject({
      timeout: 0,
      allowed_updates: ['message', 'channel_post', 'callback_query', 'my_chat_member'],
    });
    expect(second).toMatchObject({ timeout: 50 });
  });

  test('the menus name every command where it may be used, and are set only when they differ', async () => {
    const bench = await openBench();
    const end = bench.start();
    const scopeOf = (type: string) => bench.server.commands.get(JSON.stringify({ type }));
    await vi.waitFor(() => expect(scopeOf('all_chat_administrators')).toBeDefined(), PATIENCE);
    const namesOf = (type: string) => scopeOf(type)?.map(({ command }) => command);
    expect(namesOf('all_private_chats')).toEqual([
      'help',
      'risk',
      'mute',
      'subscribe',
      'two_words',
    ]);
    expect(namesOf('all_chat_administrators')).toEqual(namesOf('all_private_chats'));
    expect(namesOf('all_group_chats')).toEqual(['help', 'risk', 'two_words']);
    await end();
    bench.start();
    await waitForCalls(bench, 'getMyCommands', 6);
    expect(callsOf(bench, 'setMyCommands')).toHaveLength(3);
  });

  test('says who it is and how to add it, or that the token is wrong', async () => {
    const bench = await openBench();
    const signal = new AbortController().signal;
    expect(await bench.platform.check?.(signal)).toEqual({
      ok: true,
      detail: '@fake_watch_bot, add it: https://t.me/fake_watch_bot?startgroup=true',
    });
    bench.server.revokeToken();
    expect(await bench.platform.check?.(signal)).toEqual({
      ok: false,
      detail: 'the token was refused: Telegram answered 401 Unauthorized',
    });
    await bench.server.close();
    expect(await bench.platform.check?.(signal)).toMatchObject({ ok: false });
  });
});

describe('Telegram updates and the store', () => {
  test('the position is stored with the answers, and a restart does nothing twice', async () => {
    const bench = await openBench();
    const ann = bench.server.addUser({ firstName: 'Ann' });
    const asked = bench.server.write(ann, ann, '/risk BTC');
    const end = bench.start();
    await bench.replies(1);
    await end();
    expect(bench.commits).toEqual([
      { position: asked.updateId, replies: [expect.objectContaining({ chat: refOf(ann) })] },
    ]);
    // Telegram was never told: the next instance asks from the stored position on.
    bench.start();
    await works(bench);
    expect(bench.requests.filter(({ chat }) => chat.chatId === String(ann.id))).toHaveLength(1);
  });

  test('a store that fails delays the update; nothing is forgotten and nothing done twice', async () => {
    let failures = 3;
    const commits: number[] = [];
    const commit: Inbox['commit'] = async (_, position, replies) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('disk full');
      }
      if (replies.length > 0) commits.push(position);
    };
    const bench = await openBench({ inbox: { commit } });
    const ann = bench.server.addUser({ firstName: 'Ann' });
    const first = bench.server.write(ann, ann, '/risk BTC');
    const second = bench.server.write(ann, ann, '/risk ETH');
    bench.start();
    await vi.waitFor(() => expect(commits).toEqual([first.updateId, second.updateId]), PATIENCE);
    expect(bench.requests).toHaveLength(2);
  });

  test('an answer that says something broke is made anew once the store works', async () => {
    let broken = true;
    const titles: string[] = [];
    const bench = await openBench({
      inbox: {
        handle: async () =>
          broken
            ? { doc: makeDoc({ title: 'Something broke' }), failed: 'bug' as const }
            : { doc: makeDoc({ title: 'Subscribed' }) },
        async commit(_, __, replies) {
          if (broken) {
            broken = false;
            throw new Error('locked');
          }
          titles.push(...replies.map(({ doc }) => doc.title));
        },
      },
    });
    const ann = bench.server.addUser({ firstName: 'Ann' });
    bench.server.write(ann, ann, '/subscribe BTC');
    bench.start();
    await vi.waitFor(() => expect(titles).toEqual(['Subscribed']), PATIENCE);
  });

  test('being added, removed and moved is told, and tried again when it could not be stored', async () => {
    let failures = 1;
    const bench = await openBench({
      inbox: {
        async left(place, reason) {
          if (failures > 0) {
            failures -= 1;
            throw new Error('disk full');
          }
          bench.left.push({ place, reason });
        },
      },
    });
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    const group = server.addChat({ type: 'group', title: 'G', botStatus: 'left' });
    const channel = server.addChat({ type: 'channel', title: 'C', botStatus: 'left' });
    bench.start();
    await bench.connected();
    server.addBot(group, ann);
    server.addBot(channel, ann);
    server.removeBot(channel, ann);
    server.block(ann);
    server.unblock(ann);
    server.setBotRights(group, { can_send_photos: false });
    const next = server.migrate(group);
    server.removeBot(next, ann, 'left');
    await vi.waitFor(() => expect(bench.left).toHaveLength(3), PATIENCE);
    // In order within a place; which place comes first is open.
    const joined = Map.groupBy(bench.joined, ({ chat }) => chat.chatId);
    expect([...joined.values()].map((told) => told.map(({ greet }) => greet))).toEqual([
      [true, false],
      [true],
      [false],
    ]);
    expect([...joined.keys()]).toEqual([group, channel, ann].map(({ id }) => String(id)));
    expect(new Map(bench.left.map(({ place, reason }) => [place.chatId, reason]))).toEqual(
      new Map([
        [String(channel.id), 'the bot was removed from the channel'],
        [String(ann.id), 'the user blocked the bot'],
        [String(next.id), 'the bot is no longer in the group'],
      ]),
    );
    const move = { place: refOf(group), to: String(next.id) };
    expect(bench.moved).toEqual([move, move]);
  });

  test('malformed updates and broken handlers are skipped, told by kind alone', async () => {
    const bench = await openBench({
      settings: { updateDeadlineMs: 200 },
      inbox: {
        async handle(request) {
          bench.requests.push(request);
          if (request.command === 'help') throw new TypeError(`private ${request.userId}`);
          if (request.command === 'mute') return await new Promise<never>(() => {});
          return { doc: makeDoc() };
        },
      },
    });
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    for (const raw of [
      { message: 'private words' },
      { message: { message_id: 1, date: 0, chat: { id: 'x', type: 'private' }, text: 'private' } },
      { callback_query: null },
      { my_chat_member: [] },
      { poll_answer: {} },
      {},
    ]) {
      server.pushUpdate(raw);
    }
    server.write(ann, ann, '/help');
    server.write(ann, ann, '/mute 1h');
    bench.start();
    await works(bench);
    const lines = () => bench.log.lines.filter(({ level }) => level !== 'info');
    await vi.waitFor(() => expect(lines()).toHaveLength(6), PATIENCE);
    const told = lines();
    const sorted = told.toSorted((a, b) => Number(b.level === 'warn') - Number(a.level === 'warn'));
    expect(sorted.map(({ message, fields }) => [message, fields['update']])).toEqual([
      ['malformed telegram update skipped', 'message'],
      ['malformed telegram update skipped', 'message'],
      ['malformed telegram update skipped', 'callback_query'],
      ['malformed telegram update skipped', 'my_chat_member'],
      ['telegram update skipped: it broke', 'message'],
      ['telegram update skipped: it took too long', 'message'],
    ]);
    expect(JSON.stringify(told)).not.toMatch(/private/);
  });

  test('updates that cannot be confirmed are not fetched again without a pause', async () => {
    const bench = await openBench({ settings: { retryMinMs: 60, retryMaxMs: 60 } });
    const body = { ok: true, result: [{ message: {} }] };
    bench.server.fault({ method: 'getUpdates', kind: { status: 200, body } });
    bench.start();
    await waitForCalls(bench, 'getUpdates', 3);
    const [first, , third] = callsOf(bench, 'getUpdates');
    // Two pauses of 60 ms less an eighth; a timer may be a millisecond early.
    expect((third?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(100);
  });

  test('after a week of silence Telegram counts anew, and nothing is lost', async () => {
    const bench = await openBench({ inbox: { position: async () => 5_000_000_000 } });
    bench.start();
    await works(bench);
  });
});
