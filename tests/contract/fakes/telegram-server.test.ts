import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegram } from 'telegraf';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePng } from '../../fakes/telegram/make-png.ts';
import type { FaultKind } from '../../fakes/telegram/types.ts';
import { post, start, TOKEN, told, type Update, untilHeld } from './telegram-client.ts';

describe('the HTTP side', () => {
  it('takes GET, JSON and form calls alike, in any case of the method', async () => {
    const { telegram } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    const query = `chat_id=${user.id}&text=hi`;
    const url = `${telegram.url}/bot${TOKEN}/SENDmessage`;
    const got = await fetch(`${url}?${query}`);
    const form = await fetch(url, { method: 'POST', body: new URLSearchParams(query) });
    expect([got.status, form.status]).toEqual([200, 200]);
    expect(telegram.messages(user).map(({ text }) => text)).toEqual(['hi', 'hi']);
  });

  it('dates answers by its own clock', async () => {
    const { telegram } = await start();
    const response = await fetch(`${telegram.url}/bot${TOKEN}/getMe`);
    expect(response.headers.get('date')).toBe('Thu, 15 Jan 2026 12:00:00 GMT');
  });

  it.each([
    ['a wrong token', `/bot123456:other/getMe`, '401 Unauthorized'],
    ['a malformed token', '/botnonsense/getMe', '404 Not Found'],
    ['another path', '/getMe', '404 Not Found'],
    ['an unknown method', `/bot${TOKEN}/getMoney`, '404 Not Found: method not found'],
  ])('refuses %s', async (_, path, expected) => {
    const { telegram } = await start();
    const response = await fetch(telegram.url + path);
    const body = (await response.json()) as { error_code: number; description: string };
    expect(`${body.error_code} ${body.description}`).toBe(expected);
    expect(response.status).toBe(body.error_code);
  });

  it.each([
    ['application/json', '[1]', '400 Bad Request: JSON object expected'],
    ['multipart/form-data', 'x', '400 Bad Request: boundary not found'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\n',
      '400 Bad Request: unexpected end of request content',
    ],
    [
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data\r\n\r\nx\r\n--b--',
      '400 Bad Request: field name in multipart/form-data not found',
    ],
  ])('refuses a %s body it cannot read', async (type, body, expected) => {
    const { telegram } = await start();
    const response = await fetch(`${telegram.url}/bot${TOKEN}/getMe`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const reply = (await response.json()) as { error_code: number; description: string };
    expect(`${reply.error_code} ${reply.description}`).toBe(expected);
  });

  it('answers 401 to everything once the token is revoked, the held poll too', async () => {
    const { telegram, call } = await start();
    const poll = call('getUpdates', { timeout: 50 });
    await untilHeld(telegram);
    telegram.revokeToken();
    expect(told(await poll)).toBe('401 Unauthorized');
    expect(told(await call('getMe'))).toBe('401 Unauthorized');
  });

  it('records every call without file bytes', async () => {
    const { telegram, call } = await start();
    await call('sendMessage', { chat_id: 5, text: 'x' });
    expect(telegram.calls).toEqual([
      {
        method: 'sendMessage',
        at: Date.UTC(2026, 0, 15, 12),
        ok: false,
        pending: false,
        code: 400,
        payload: { chat_id: 5, text: 'x' },
      },
    ]);
  });
});

describe("telegraf's client", () => {
  it('sends and changes photos whose bytes come back equal', async () => {
    const { telegram } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    const client = new Telegram(TOKEN, { apiRoot: telegram.url });
    const first = makePng(300, 200);
    const second = makePng(40, 30);
    const sent = await client.sendPhoto(
      user.id,
      { source: first, filename: 'c.png' },
      {
        caption: '<b>chart</b>',
        parse_mode: 'HTML',
        reply_markup: { inline_keyboard: [[{ text: 'More', callback_data: 'm' }]] },
      },
    );
    expect(sent.photo.at(-1)).toMatchObject({ width: 300, height: 200 });
    await client.editMessageMedia(user.id, sent.message_id, undefined, {
      type: 'photo',
      media: { source: second },
      caption: 'new',
    });
    const [message] = telegram.messages(user);
    expect(message?.versions.map(({ photo }) => Buffer.from(photo ?? []))).toEqual([first, second]);
    expect(message?.versions.map(({ text }) => text)).toEqual(['chart', 'new']);
    expect(message?.versions.map(({ buttons }) => buttons)).toEqual([
      [[{ label: 'More', data: 'm' }]],
      [],
    ]);
    expect(telegram.calls[0]?.payload['photo']).toBe(`(${first.length} bytes)`);
  });

  it('gets code, description and parameters of a refusal', async () => {
    const { telegram } = await start();
    const group = telegram.addChat({ type: 'group', title: 'Desk' });
    const next = telegram.migrate(group);
    const client = new Telegram(TOKEN, { apiRoot: telegram.url });
    await expect(client.sendMessage(group.id, 'x')).rejects.toMatchObject({
      code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: next.id },
    });
  });
});

describe('getUpdates', () => {
  it('holds an empty poll until something comes', async () => {
    const { telegram, call } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    const poll = call<Update[]>('getUpdates', { timeout: 50 });
    await untilHeld(telegram);
    const { updateId } = telegram.write(user, user, '/start');
    const { result } = await poll;
    expect(result).toHaveLength(1);
    expect(result[0]).toMatchObject({ update_id: updateId, message: { text: '/start' } });
  });

  it('answers an empty list when the timeout is over', async () => {
    const { call } = await start();
    expect((await call('getUpdates', { timeout: 1 })).result).toEqual([]);
  });

  it('gives updates again until a higher offset confirms them, at most the limit', async () => {
    const { telegram, call } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    const ids = ['a', 'b', 'c'].map((text) => telegram.write(user, user, text).updateId ?? 0);
    const seen = async (fields: object) =>
      (await call<Update[]>('getUpdates', fields)).result.map(({ update_id: id }) => id);
    expect(await seen({ limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await seen({ offset: ids[1] })).toEqual(ids.slice(1));
    expect(await seen({})).toEqual(ids.slice(1));
    expect(await seen({ offset: -1 })).toEqual(ids.slice(2));
    expect(await seen({ offset: (ids[2] ?? 0) + 500 })).toEqual(ids.slice(2));
    expect(await seen({ offset: (ids[2] ?? 0) + 1 })).toEqual([]);
  });

  it('forgets what nobody fetched for a day', async () => {
    const { telegram, call, clock } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    telegram.write(user, user, 'a');
    clock.at += 24 * 3600 * 1000;
    expect((await call('getUpdates')).result).toEqual([]);
  });

  it('keeps allowed_updates until they are given again; an empty list is the default', async () => {
    const { telegram, call } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    await call('getUpdates', { allowed_updates: ['callback_query', 'chat_member'] });
    await call('getUpdates');
    expect(telegram.write(user, user, 'unheard').updateId).toBeUndefined();
    expect(
      (await call<{ allowed_updates: string[] }>('getWebhookInfo')).result.allowed_updates,
    ).toEqual(['callback_query', 'chat_member']);
    await call('getUpdates', { allowed_updates: [] });
    expect(telegram.write(user, user, 'heard').updateId).toBeDefined();
  });

  it('gives malformed updates as they are', async () => {
    const { telegram, call } = await start();
    telegram.pushUpdate({ message: { chat: null } });
    const { result } = await call('getUpdates');
    expect(result).toEqual([{ update_id: expect.any(Number), message: { chat: null } }]);
  });

  it('ends the first of two polls with 409, the next conflict late if asked to', async () => {
    const { telegram, call } = await start({ repeatHoldMs: 20 });
    const user = telegram.addUser({ firstName: 'Ann' });
    const conflict =
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
    const polls = [];
    for (let count = 1; count <= 3; count += 1) {
      polls.push(call('getUpdates', { timeout: 50 }));
      while (telegram.calls.length < count) await new Promise((go) => setImmediate(go));
      await untilHeld(telegram);
    }
    expect(told(await polls[0])).toBe(conflict);
    expect(told(await polls[1])).toBe(conflict);
    telegram.write(user, user, 'x');
    expect((await polls[2])?.result).toHaveLength(1);
  });
});

describe('a webhook', () => {
  it('shuts out polling and ends the held poll', async () => {
    const { telegram, call } = await start();
    const poll = call('getUpdates', { timeout: 50 });
    await untilHeld(telegram);
    await call('setWebhook', { url: 'https://bot.example/hook', secret_token: 's-1' });
    expect(told(await poll)).toBe('409 Conflict: terminated by setWebhook request');
    expect(told(await call('getUpdates'))).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    expect(telegram.webhook()).toEqual({ url: 'https://bot.example/hook', secretToken: 's-1' });
    await call('deleteWebhook');
    expect(telegram.webhook()).toBeUndefined();
    expect((await call('getUpdates')).result).toEqual([]);
  });

  it.each([
    [{ url: 'nonsense' }, 'invalid webhook URL specified'],
    [{ url: 'http://bot.example/' }, 'bad webhook: An HTTPS URL must be provided for webhook'],
    [
      { url: 'https://bot.example:99/' },
      'bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
    ],
    [
      { url: 'https://bot.example/', secret_token: 'no spaces' },
      'secret token contains unallowed characters',
    ],
    [{ url: 'https://bot.example/', secret_token: 's'.repeat(257) }, 'secret token is too long'],
  ])('is refused: %j', async (fields, reason) => {
    const { call } = await start();
    expect(told(await call('setWebhook', fields))).toBe(`400 Bad Request: ${reason}`);
  });

  it('is posted to with the secret, again after a refusal, and may answer with a call', async () => {
    const { telegram, call } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    const seen: { secret: unknown; text: string }[] = [];
    const statuses = [200, 500, 200];
    const hook = createServer(async (request, response) => {
      const body = JSON.parse(await textOf(request)) as { message: { text: string } };
      const secret = request.headers['x-telegram-bot-api-secret-token'];
      seen.push({ secret, text: body.message.text });
      response.writeHead(statuses.shift() ?? 200);
      response.end(JSON.stringify({ method: 'sendMessage', chat_id: user.id, text: 'back' }));
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      hook.closeAllConnections();
      hook.close();
    });
    const origin = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
    await call('setWebhook', { url: `${origin}/hook`, secret_token: 's' });
    telegram.write(user, user, 'one');
    telegram.write(user, user, 'two');
    expect(await telegram.deliverWebhook()).toEqual([200, 500]);
    expect((await call('getWebhookInfo')).result).toMatchObject({
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 500',
    });
    expect(await telegram.deliverWebhook(origin)).toEqual([200]);
    expect(seen).toEqual([
      { secret: 's', text: 'one' },
      { secret: 's', text: 'two' },
      { secret: 's', text: 'two' },
    ]);
    expect(telegram.messages(user).map(({ text }) => text)).toEqual(['back', 'back']);
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
    telegram.write(user, user, 'three');
    expect(await telegram.deliverWebhook()).toEqual([0]);
  });
});

describe('a fault', () => {
  const fields = (id: number) => ({ chat_id: id, text: 'x' });

  async function withFault(kind: FaultKind) {
    const { telegram, call } = await start();
    const user = telegram.addUser({ firstName: 'Ann' });
    telegram.fault({ method: 'sendMessage', times: 1, kind });
    const outcome = call('sendMessage', fields(user.id));
    return { telegram, call, user, outcome };
  }

  it('answers a status with its own body', async () => {
    const body = { ok: false, error_code: 429, description: 'x', parameters: { retry_after: 7 } };
    const { telegram, user, outcome, call } = await withFault({ status: 429, body });
    expect(await outcome).toEqual({ status: 429, ...body });
    expect(telegram.calls[0]).toMatchObject({ ok: false, code: 429 });
    expect(telegram.messages(user)).toEqual([]);
    expect(told(await call('sendMessage', fields(user.id)))).toBe('accepted');
  });

  it('answers HTML, as a proxy does', async () => {
    const { telegram } = await start();
    telegram.fault({ kind: { status: 502, body: '<html>Bad Gateway', headers: { 'x-a': 'b' } } });
    const response = await fetch(`${telegram.url}/bot${TOKEN}/getMe`);
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      502,
      'b',
      '<html>Bad Gateway',
    ]);
  });

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s cuts the connection with %d messages sent', async (kind, count) => {
    const { telegram, user, outcome } = await withFault(kind);
    await expect(outcome).rejects.toThrow('fetch failed');
    expect(telegram.messages(user)).toHaveLength(count);
  });

  it.each([
    ['silence-before', 0],
    ['silence-after', 1],
  ] as const)('%s gives no answer with %d messages sent', async (kind, count) => {
    const { telegram, user } = await start().then(({ telegram }) => ({
      telegram,
      user: telegram.addUser({ firstName: 'Ann' }),
    }));
    telegram.fault({ chat: user, kind });
    const outcome = post(telegram, 'sendMessage', fields(user.id)).then(
      () => 'answered',
      () => 'cut',
    );
    while (telegram.calls[0]?.pending !== false) await new Promise((go) => setImmediate(go));
    expect(telegram.messages(user)).toHaveLength(count);
    await post(telegram, 'getMe');
    await telegram.close();
    expect(await outcome).toBe('cut');
  });

  it('redirects without an effect', async () => {
    const { telegram } = await start();
    telegram.fault({ kind: { redirect: 'http://127.0.0.1:9/' } });
    const url = `${telegram.url}/bot${TOKEN}/getMe`;
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:9/',
    ]);
  });

  it('sends an answer of the size asked for', async () => {
    const { telegram } = await start();
    telegram.fault({ kind: { oversize: 200_000 } });
    const response = await fetch(`${telegram.url}/bot${TOKEN}/getMe`);
    const text = await response.text();
    expect(text).toHaveLength(200_000);
    expect(JSON.parse(text)).toMatchObject({ ok: true, result: { is_bot: true } });
  });

  it('sends garbage after the effect', async () => {
    const { telegram, user, outcome } = await withFault('garbage');
    await expect(outcome).rejects.toThrow(SyntaxError);
    expect(telegram.messages(user)).toHaveLength(1);
  });

  it('delays', async () => {
    const { outcome } = await withFault({ delayMs: 30 });
    const before = performance.now();
    expect(told(await outcome)).toBe('accepted');
    expect(performance.now() - before).toBeGreaterThan(15);
  });

  it('fits by method and chat, runs out, and can be removed', async () => {
    const { telegram, call } = await start();
    const [ann, bob] = ['Ann', 'Bob'].map((firstName) => telegram.addUser({ firstName }));
    if (ann === undefined || bob === undefined) throw new Error('two users');
    telegram.fault({ method: /^send/, chat: ann, times: 1, kind: { status: 500 } });
    const always = telegram.fault({ chat: ann, kind: { status: 503 } });
    expect((await call('sendMessage', fields(bob.id))).status).toBe(200);
    expect((await call('sendMessage', fields(ann.id))).status).toBe(500);
    expect((await call('sendMessage', fields(ann.id))).status).toBe(503);
    always.remove();
    expect((await call('sendMessage', fields(ann.id))).status).toBe(200);
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
