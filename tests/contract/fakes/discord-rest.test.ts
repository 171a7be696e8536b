import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../fakes/discord/api.ts';
import { scene } from './discord-scene.ts';

describe('the REST side of the Discord fake', () => {
  it('says who the bot is, and refuses a wrong or revoked token', async () => {
    const { api, discord } = await scene();
    expect((await api('GET', '/users/@me')).body).toMatchObject({
      id: discord.botUserId,
      bot: true,
    });
    expect((await api('GET', '/applications/@me')).body.id).toBe(discord.applicationId);
    const gateway = await api('GET', '/gateway/bot');
    expect(gateway.body).toMatchObject({
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      shards: 1,
      session_start_limit: { total: 1000, remaining: 1000, max_concurrency: 1 },
    });
    const wrong = await api('GET', '/users/@me', undefined, 'other');
    expect(wrong).toMatchObject({ status: 401, body: { code: 0, message: '401: Unauthorized' } });
    discord.revokeToken();
    expect((await api('GET', '/users/@me')).status).toBe(401);
    expect(discord.invalidRequests).toBe(2);
  });

  it('knows only its routes, methods and version', async () => {
    const { api, discord } = await scene();
    expect((await api('GET', '/nothing')).body).toEqual({ code: 0, message: '404: Not Found' });
    expect((await api('PUT', '/users/@me')).status).toBe(405);
    const old = await fetch(`${discord.url}/v6/users/@me`);
    expect(await old.json()).toMatchObject({ code: 50041 });
    expect(discord.calls.map((call) => [call.method, call.path, call.status])).toEqual([
      ['GET', '/nothing', 404],
      ['PUT', '/users/@me', 405],
      ['GET', '/users/@me', 400],
    ]);
  });

  it('limits posts by channel, everything by second, and says so in headers and body', async () => {
    const { api, discord, clock } = await scene({ pacing: true });
    const guild = discord.addGuild({ name: 'desk' });
    const path = `/channels/${guild.general.id}/messages`;
    const first = await api('POST', path, { content: 'x' });
    expect(first.headers.get('x-ratelimit-limit')).toBe('5');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('4');
    expect(first.headers.get('x-ratelimit-reset-after')).toBe('5.000');
    for (let count = 1; count < 5; count += 1) await api('POST', path, { content: 'x' });
    clock.now += 600;
    const sixth = await api('POST', path, { content: 'x' });
    expect(sixth.status).toBe(429);
    expect(sixth.body).toEqual({
      message: 'You are being rate limited.',
      retry_after: 4.4,
      global: false,
    });
    expect(sixth.headers.get('retry-after')).toBe('5');
    expect(sixth.headers.get('x-ratelimit-scope')).toBe('user');
    const other = discord.addChannel(guild, { name: 'other' });
    const elsewhere = await api('POST', `/channels/${other.id}/messages`, { content: 'x' });
    expect(elsewhere.status).toBe(200);
    clock.now += 5000;
    expect((await api('POST', path, { content: 'x' })).status).toBe(200);
    const many = await Promise.all(
      Array.from({ length: 60 }, () => api('GET', `/channels/${other.id}`)),
    );
    const refused = many.filter((one) => one.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true');
    expect(refused[0]?.body.global).toBe(true);
    // The interaction routes are outside the global limit.
    const hook = await api('POST', `/webhooks/${discord.applicationId}/none`, { content: 'x' });
    expect(hook).toMatchObject({ status: 404, body: { code: 10015 } });
  });

  it('without pacing its headers never tell a client to wait', async () => {
    const { api, discord } = await scene();
    const path = `/channels/${discord.addGuild({ name: 'desk' }).general.id}/messages`;
    for (let count = 0; count < 8; count += 1) {
      const sent = await api('POST', path, { content: 'x' });
      expect([sent.status, sent.headers.get('x-ratelimit-remaining')]).toEqual([200, '4']);
    }
  });

  describe('faults', () => {
    async function faulty(kind: FaultKind) {
      const all = await scene();
      const room = all.discord.addGuild({ name: 'desk' }).general;
      const path = `/channels/${room.id}/messages`;
      all.discord.fault({ method: 'POST', path: /\/messages$/, times: 1, kind });
      const post = () => all.api('POST', path, { content: 'x' });
      return { ...all, post, kept: () => all.discord.messages(room).length, path };
    }

    it('answers as told, once, and not to other requests', async () => {
      const { api, post, kept, path } = await faulty({
        status: 502,
        body: '"<html>"',
        headers: { 'X-Odd': 'yes' },
      });
      expect((await api('GET', path)).status).toBe(200);
      const failed = await post();
      expect([failed.status, failed.headers.get('x-odd')]).toEqual([502, 'yes']);
      expect(kept()).toBe(0);
      expect((await post()).status).toBe(200);
    });

    it('gives rate limits of every scope; a shared one is no invalid request', async () => {
      for (const scope of ['user', 'shared', 'global'] as const) {
        const { post, discord } = await faulty({ rateLimit: { retryAfterMs: 1500, scope } });
        const { status, headers, body } = await post();
        expect([status, body.retry_after, body.global]).toEqual([429, 1.5, scope === 'global']);
        expect(headers.get('x-ratelimit-scope')).toBe(scope);
        expect(headers.get('retry-after')).toBe('2');
        expect(headers.has('x-ratelimit-global')).toBe(scope === 'global');
        expect(discord.invalidRequests).toBe(scope === 'shared' ? 0 : 1);
      }
    });

    it.each([
      ['reset-before', 0],
      ['reset-after', 1],
    ] as const)('%s ends the connection with %i messages kept', async (kind, messages) => {
      const { post, kept, discord } = await faulty(kind);
      await expect(post()).rejects.toThrow('fetch failed');
      expect(kept()).toBe(messages);
      expect(discord.calls.at(-1)?.status).toBe(0);
    });

    it.each([
      ['silence-before', 0],
      ['silence-after', 1],
    ] as const)('%s never answers, with %i messages kept', async (kind, messages) => {
      const { kept, discord, path } = await faulty(kind);
      const stop = new AbortController();
      const hanging = fetch(`${discord.url}/v10${path}`, {
        method: 'POST',
        headers: { Authorization: 'Bot MTIz.fake.token', 'Content-Type': 'application/json' },
        body: '{"content":"x"}',
        signal: stop.signal,
      });
      const state = await Promise.race([
        hanging.then(() => 'answered'),
        new Promise((resolve) => setTimeout(resolve, 150, 'silent')),
      ]);
      expect(state).toBe('silent');
      expect(kept()).toBe(messages);
      stop.abort();
      await expect(hanging).rejects.toThrow();
    });

    it('redirects, answers too much, answers nonsense after the work was done, or waits', async () => {
      const redirected = await faulty({ redirect: 'http://127.0.0.1:9/else' });
      const { discord, path } = redirected;
      const moved = await fetch(`${discord.url}/v10${path}`, {
        method: 'POST',
        redirect: 'manual',
      });
      expect([moved.status, moved.headers.get('location')]).toEqual([
        302,
        'http://127.0.0.1:9/else',
      ]);
      const huge = await faulty({ oversize: 100_000 });
      expect((await huge.post()).body).toHaveLength(99_998);
      const garbage = await faulty('garbage');
      await expect(garbage.post()).rejects.toThrow('JSON');
      expect(garbage.kept()).toBe(1);
      const slow = await faulty({ delayMs: 80 });
      const startedAt = performance.now();
      expect((await slow.post()).status).toBe(200);
      expect(performance.now() - startedAt).toBeGreaterThan(70);
    });

    it('stays until removed when no number of times was given', async () => {
      const { discord, api } = await scene();
      const fault = discord.fault({ kind: { status: 500 } });
      expect((await api('GET', '/users/@me')).status).toBe(500);
      expect((await api('GET', '/gateway')).status).toBe(500);
      fault.remove();
      expect((await api('GET', '/users/@me')).status).toBe(200);
    });

    it('can refuse connections and take them again', async () => {
      const { discord, api } = await scene();
      discord.refuse(true);
      const cause = await api('GET', '/users/@me').catch((error: Error) => error.cause);
      expect(cause).toMatchObject({ code: 'ECONNREFUSED' });
      discord.refuse(false);
      expect((await api('GET', '/users/@me')).status).toBe(200);
    });
  });
});
