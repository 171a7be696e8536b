import { describe, expect, test, vi } from 'vitest';
import { type Bench, openBench, PATIENCE, refOf } from './telegram-bench.ts';

async function started(options: Parameters<typeof openBench>[0] = {}): Promise<Bench> {
  const bench = await openBench(options);
  bench.start();
  await bench.connected();
  return bench;
}

/** Everything so far was dealt with: the number of one more command is reached. */
async function settled(bench: Bench): Promise<void> {
  const user = bench.server.addUser({ firstName: 'Last' });
  const { updateId = Number.NaN } = bench.server.write(user, user, '/help end');
  const isReached = () => bench.commits.some(({ position }) => position >= updateId);
  await vi.waitFor(() => expect(isReached()).toBe(true), PATIENCE);
  const last = bench.requests.findIndex(({ chat }) => chat.chatId === String(user.id));
  bench.requests.splice(last, 1);
}

const asked = ({ requests }: Bench) =>
  requests.map(({ command, input }) => `${command} ${'text' in input ? input.text : ''}`.trim());

describe('Telegram commands', () => {
  test('a private command is answered there, as somebody who may do everything', async () => {
    const bench = await started();
    const ann = bench.server.addUser({ firstName: 'Ann' });
    bench.server.write(ann, ann, '/risk BTC');
    const [reply] = await bench.replies(1);
    expect(reply).toMatchObject({ chat: refOf(ann), doc: { title: 'answer to risk' } });
    const [request] = bench.requests;
    expect(request).toMatchObject({
      chat: refOf(ann),
      userId: String(ann.id),
      command: 'risk',
      input: { text: 'BTC' },
      private: true,
      draw: false,
    });
    expect(await request?.mayManage()).toBe(true);
    expect(await request?.missingPermissions?.()).toEqual([]);
  });

  test('in a group those for other bots, unknown ones and talk are ignored', async () => {
    const bench = await started();
    const group = bench.server.addChat({
      type: 'supergroup',
      title: 'G',
      botStatus: 'administrator',
    });
    const ann = bench.server.addUser({ firstName: 'Ann' });
    for (const text of [
      '/weather',
      '/risk@other_bot',
      'hello',
      '/etc/passwd',
      '//risk',
      ' /risk x',
    ])
      bench.server.write(group, ann, text);
    bench.server.write(group, ann, '/RISK@Fake_Watch_Bot  ETH ');
    bench.server.write(group, ann, '/weather@fake_watch_bot');
    bench.server.write(group, ann, '/two_words\nmore');
    await settled(bench);
    expect(asked(bench)).toEqual(['risk ETH', 'weather', 'two-words more']);
  });

  test('alone with a person the slash may be missing, and unknown words are explained', async () => {
    const bench = await started();
    const ann = bench.server.addUser({ firstName: 'Ann' });
    for (const text of ['risk eth', 'hello there', '/nothing']) bench.server.write(ann, ann, text);
    await settled(bench);
    expect(asked(bench)).toEqual(['risk eth', 'hello there', 'nothing']);
  });

  test('/start is answered with the help, and in a group is only the sign of being there', async () => {
    const bench = await started();
    const ann = bench.server.addUser({ firstName: 'Ann' });
    bench.server.write(ann, ann, '/start payload');
    const group = bench.server.addChat({ type: 'supergroup', title: 'G' });
    bench.server.write(group, ann, '/start@fake_watch_bot true');
    await settled(bench);
    expect(asked(bench)).toEqual(['help']);
    expect(bench.joined).toEqual([
      { chat: refOf(ann), greet: false },
      { chat: refOf(group), greet: true },
    ]);
  });

  test('an answer stands in the topic of the question; a thread of answers is no topic', async () => {
    const bench = await started();
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    const forum = server.addChat({ type: 'supergroup', title: 'F', forum: true });
    const topic = server.addTopic(forum, 'Alerts');
    const first = server.write(forum, ann, '/risk', { threadId: topic });
    const group = server.addChat({ type: 'supergroup', title: 'G' });
    const before = server.write(group, ann, '/help');
    server.write(group, ann, '/risk', { replyTo: before.messageId });
    const replies = await bench.replies(3);
    expect(replies.map(({ chat }) => chat)).toEqual([
      refOf(forum, topic),
      refOf(group),
      refOf(group),
    ]);
    expect(replies[0]?.replyTo).toBe(String(first.messageId));
  });

  test('edited, forwarded and old commands are not run', async () => {
    const bench = await started();
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    server.write(ann, ann, '/subscribe BTC', { date: Math.floor(Date.now() / 1000) - 180 });
    const message = {
      message_id: 7,
      date: Math.floor(Date.now() / 1000),
      chat: { id: ann.id, type: 'private' },
      from: { id: ann.id },
      text: '/unsubscribe all',
    };
    server.pushUpdate({ message: { ...message, forward_origin: { type: 'user' } } });
    server.pushUpdate({ edited_message: message });
    await settled(bench);
    expect(asked(bench)).toEqual([]);
    expect(bench.commits.length).toBeGreaterThan(0);
  });

  test('age is measured on the clock of Telegram, not of the machine', async () => {
    const hourAgo = () => Date.now() - 3_600_000;
    const bench = await started({ now: hourAgo });
    const ann = bench.server.addUser({ firstName: 'Ann' });
    bench.server.write(ann, ann, '/risk fresh');
    bench.server.write(ann, ann, '/risk old', { date: Math.floor(hourAgo() / 1000) - 180 });
    await settled(bench);
    expect(asked(bench)).toEqual(['risk fresh']);
  });
});

describe('Telegram rights', () => {
  test('in a group only administrators manage, asked at the time of the command', async () => {
    const bench = await started();
    const { server } = bench;
    const group = server.addChat({ type: 'supergroup', title: 'G' });
    const people = (['creator', 'administrator', 'member'] as const).map((status) => {
      const user = server.addUser({ firstName: status });
      server.setMember(group, user, status);
      return user;
    });
    for (const user of people) server.write(group, user, '/subscribe BTC');
    server.write(group, 'anonymous-admin', '/subscribe BTC');
    server.write(group, 'channel', '/subscribe BTC');
    await bench.replies(5);
    const rights = await Promise.all(bench.requests.map(({ mayManage }) => mayManage()));
    expect(rights).toEqual([true, true, false, true, false]);
    const asks = server.calls.filter(({ method }) => method === 'getChatMember');
    expect(asks).toHaveLength(3);
  });

  test('what is posted in a channel is by its administrators', async () => {
    const bench = await started();
    const channel = bench.server.addChat({ type: 'channel', title: 'C' });
    bench.server.write(channel, 'channel', '/subscribe BTC');
    const [reply] = await bench.replies(1);
    expect(reply?.chat).toEqual(refOf(channel));
    expect(await bench.requests[0]?.mayManage()).toBe(true);
  });

  test('says what it may not do in a group or channel', async () => {
    const bench = await started();
    const { server } = bench;
    const group = server.addChat({ type: 'supergroup', title: 'G' });
    const channel = server.addChat({ type: 'channel', title: 'C' });
    const ann = server.addUser({ firstName: 'Ann' });
    server.write(group, ann, '/subscribe BTC');
    server.write(channel, 'channel', '/subscribe BTC');
    await bench.replies(2);
    const missing = () =>
      Promise.all(bench.requests.map(({ missingPermissions }) => missingPermissions?.()));
    expect(await missing()).toEqual([[], []]);
    server.setBotRights(group, { can_send_messages: false, can_send_photos: false });
    server.setBotRights(channel, { can_post_messages: false });
    expect(await missing()).toEqual([['send messages', 'send photos'], ['post messages']]);
  });

  test('a right that cannot be found out is a rejection, without a text of Telegram', async () => {
    const bench = await started();
    const group = bench.server.addChat({ type: 'supergroup', title: 'G' });
    bench.server.write(group, bench.server.addUser({ firstName: 'A' }), '/subscribe BTC');
    await bench.replies(1);
    bench.server.fault({ method: 'getChatMember', kind: { status: 502 } });
    await expect(bench.requests[0]?.mayManage()).rejects.toMatchObject({ code: 'telegram/rights' });
  });
});
