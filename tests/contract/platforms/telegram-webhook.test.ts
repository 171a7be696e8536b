import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { openBench, PATIENCE, refOf, TOKEN } from './telegram-bench.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function openWebhook(inbox: Partial<Inbox> = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hook/telegram`;
  const bench = await openBench({ webhook: { url, host: '127.0.0.1', port }, inbox });
  const end = bench.start();
  await bench.connected();
  return { ...bench, url, end };
}

/** A message ten minutes old with buttons, which can be pressed so long ago (ms before now). */
async function withOldMessage(settings: { webhookCheckMs: number }) {
  const time = { shiftMs: 0 };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hook/telegram`;
  const bench = await openBench({
    webhook: { url, host: '127.0.0.1', port },
    settings,
    now: () => Date.now() + time.shiftMs,
  });
  const { server } = bench;
  const ann = server.addUser({ firstName: 'Ann' });
  const actions = [
    { label: 'Details', command: 'risk', text: 'BTC' },
    { label: 'Mute 1 h', command: 'mute', text: '1h' },
  ];
  time.shiftMs = -600_000;
  await bench.send({ chat: refOf(ann), doc: makeDoc({ actions }) });
  time.shiftMs = 0;
  bench.start();
  await bench.connected();
  const [message] = server.messages(ann);
  if (message === undefined) throw new Error('nothing was sent');
  const press = (label: string, agoMs: number) => {
    time.shiftMs = agoMs;
    const pressed = server.press(message, ann, { label });
    time.shiftMs = 0;
    return pressed;
  };
  return { bench, ann, press };
}

describe('Telegram by webhook', () => {
  test('is set with a secret that is not the token, and for one connection', async () => {
    const { server, url } = await openWebhook();
    const secret = server.webhook()?.secretToken ?? '';
    expect(server.webhook()?.url).toBe(url);
    expect(secret).toBe(
      createHash('sha256').update(`cascade-watch webhook ${TOKEN}`).digest('hex'),
    );
    const [call] = server.calls.filter(({ method }) => method === 'setWebhook');
    expect(call?.payload).toMatchObject({
      max_connections: 1,
      allowed_updates: ['message', 'channel_post', 'callback_query', 'my_chat_member'],
    });
  });

  test('an update is confirmed once its answer is stored, and one that comes again does nothing', async () => {
    const { server, url, commits, requests } = await openWebhook();
    const ann = server.addUser({ firstName: 'Ann' });
    const asked = server.write(ann, ann, '/risk BTC');
    expect(await server.deliverWebhook()).toEqual([200]);
    expect(commits.map(({ position }) => position)).toEqual([asked.updateId]);
    expect(commits[0]?.replies[0]?.chat).toEqual(refOf(ann));
    const same = {
      update_id: asked.updateId,
      message: {
        message_id: asked.messageId,
        date: Math.floor(Date.now() / 1000),
        chat: { id: ann.id, type: 'private' },
        from: { id: ann.id },
        text: '/risk BTC',
      },
    };
    expect(await post(url, server.webhook()?.secretToken, same)).toBe(200);
    expect(requests).toHaveLength(1);
  });

  test('while the store fails Telegram is told to come again', async () => {
    let fails = true;
    const commits: number[] = [];
    const { server } = await openWebhook({
      async commit(_, position) {
        if (fails) throw new Error('disk full');
        commits.push(position);
      },
    });
    const ann = server.addUser({ firstName: 'Ann' });
    const asked = server.write(ann, ann, '/risk BTC');
    expect(await server.deliverWebhook()).toEqual([503]);
    fails = false;
    expect(await server.deliverWebhook()).toEqual([200]);
    expect(commits).toEqual([asked.updateId]);
  });

  test('one that could not be stored is not lost because later ones were', async () => {
    const fails = new Set<string>();
    const titles: string[] = [];
    const bench = await openWebhook({
      async commit(_, __, replies) {
        const chats = replies.map(({ chat }) => chat.chatId);
        if (chats.some((chatId) => fails.has(chatId))) throw new Error('disk full');
        titles.push(...chats);
      },
    });
    const { server, url } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    const bob = server.addUser({ firstName: 'Bob' });
    const secret = server.webhook()?.secretToken;
    const asked = (update_id: number, id: number) => ({
      update_id,
      message: {
        message_id: update_id,
        date: Math.floor(Date.now() / 1000),
        chat: { id, type: 'private' },
        from: { id },
        text: '/risk BTC',
      },
    });
    fails.add(String(ann.id));
    expect(await post(url, secret, asked(801, ann.id))).toBe(503);
    expect(await post(url, secret, asked(802, bob.id))).toBe(200);
    fails.clear();
    expect(await post(url, secret, asked(801, ann.id))).toBe(200);
    expect(titles).toEqual([String(bob.id), String(ann.id)]);
  });

  test('presses that may have waited long are done only while Telegram takes their answers', async () => {
    const { bench, press } = await withOldMessage({ webhookCheckMs: 600_000 });
    const late = [press('Mute 1 h', -300_000), press('Mute 1 h', -200_000)];
    const inTime = press('Details', -5_000);
    expect(await bench.server.deliverWebhook()).toEqual([200, 200, 200]);
    // One that was confirmed proves nothing about the next: a queue is being emptied.
    expect(bench.requests.map(({ command }) => command)).toEqual(['risk']);
    expect(late.map(({ answers }) => answers.length)).toEqual([0, 0]);
    expect(inTime.answers.map(({ text }) => text)).toEqual(['Just a moment…']);
  });

  test('presses after a message just written, or after nothing waited, are surely new', async () => {
    const afterMessage = await withOldMessage({ webhookCheckMs: 600_000 });
    const { server } = afterMessage.bench;
    server.write(afterMessage.ann, afterMessage.ann, '/help');
    const first = afterMessage.press('Details', 0);
    expect(await server.deliverWebhook()).toEqual([200, 200]);
    await vi.waitFor(() => expect(first.answers).toHaveLength(1), PATIENCE);
    expect(first.answers[0]?.text).toMatch(/^answer to risk/);

    const afterLook = await withOldMessage({ webhookCheckMs: 10 });
    const looks = () =>
      afterLook.bench.server.calls.filter(({ method }) => method === 'getWebhookInfo').length;
    const before = looks();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before + 1), PATIENCE);
    const second = afterLook.press('Details', 0);
    expect(await afterLook.bench.server.deliverWebhook()).toEqual([200]);
    await vi.waitFor(() => expect(second.answers).toHaveLength(1), PATIENCE);
    expect(second.answers[0]?.text).toMatch(/^answer to risk/);
  });

  test('nobody else is let in', async () => {
    const { server, url, commits } = await openWebhook();
    const secret = server.webhook()?.secretToken;
    const update = { update_id: 1, message: {} };
    expect(await post(url, undefined, update)).toBe(401);
    expect(await post(url, `${secret}x`, update)).toBe(401);
    expect(await post(`${url}/more`, secret, update)).toBe(404);
    expect((await fetch(url)).status).toBe(404);
    expect(await post(url, secret, { update_id: 1, padding: 'x'.repeat(1_100_000) })).toBe(413);
    expect(commits).toEqual([]);
    // What Telegram would never send is confirmed, or it would come for ever.
    expect(await post(url, secret, 'no json')).toBe(200);
    expect(await post(url, secret, update)).toBe(200);
  });

  test('is set again when somebody took it away, and frees its port at the end', async () => {
    const { server, end, url } = await openWebhook();
    await fetch(`${server.url}/bot${TOKEN}/deleteWebhook`);
    await vi.waitFor(() => expect(server.webhook()?.url).toBe(url), PATIENCE);
    await end();
    await expect(fetch(url)).rejects.toThrow();
  });
});

async function post(url: string, secret: string | undefined, body: unknown): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return response.status;
}
