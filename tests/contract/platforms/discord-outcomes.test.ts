import { describe, expect, it } from 'vitest';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { discordScene, messageTo, NEVER, roomOf, TOKEN } from './discord-scene.ts';

describe('what an answer of Discord means for a message', () => {
  it.each([
    ['500', { status: 500 }, 'retry'],
    ['502 with HTML', { status: 502, body: '<html>' }, 'retry'],
    ['503', { status: 503 }, 'retry'],
    ['504', { status: 504 }, 'unknown'],
    ['520', { status: 520 }, 'unknown'],
    ['a reset before anything was done', 'reset-before', 'unknown'],
    ['a reset after everything was done', 'reset-after', 'unknown'],
    ['an answer that is no JSON', 'garbage', 'unknown'],
    ['an answer without an end', { oversize: 8 * 1024 * 1024 }, 'unknown'],
    ['silence', 'silence-before', 'unknown'],
    ['a redirect', { redirect: 'https://evil.example/' }, 'retry'],
    ['403 of a proxy', { status: 403, body: '<html>' }, 'retry'],
    ['404 of a proxy', { status: 404, body: '<html>' }, 'retry'],
  ] as const)('%s', async (_, kind, expected) => {
    const { platform, discord, guild, channel } = await discordScene({ timeoutMs: 400 });
    discord.fault({ method: 'POST', kind });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome.kind).toBe(expected);
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
    expect(discord.calls).toHaveLength(1);
  });

  it('stops reading an answer that is too large', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.fault({ method: 'POST', kind: { oversize: 8 * 1024 * 1024 } });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome).toEqual({ kind: 'unknown', reason: 'the answer is too large' });
  });

  it('tries again when nobody is there to take it', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.refuse(true);
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', reason: expect.stringContaining('reached') });
  });

  it.each([
    ['user', 'chat'],
    ['shared', 'chat'],
    ['global', 'platform'],
  ] as const)('waits as long as a limit of scope %s says', async (scope, waits) => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.fault({ times: 1, kind: { rateLimit: { retryAfterMs: 7_000, scope } } });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    if (outcome.kind !== 'retry') throw new Error(outcome.kind);
    expect(outcome.scope).toBe(waits);
    expect(outcome.afterMs).toBeGreaterThanOrEqual(7_000);
    expect(outcome.afterMs).toBeLessThan(8_000);
  });

  it('reads a limit from the body where a proxy dropped the headers', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const body = { message: 'You are being rate limited.', retry_after: 12.5, global: true };
    discord.fault({ times: 1, kind: { status: 429, body } });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', scope: 'platform' });
    if (outcome.kind === 'retry') expect(outcome.afterMs).toBeGreaterThanOrEqual(12_500);
  });

  it('closes what is gone for good, and only that', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const user = discord.addUser({ name: 'ann' });
    const stranger = discord.addUser({ name: 'bob' });
    discord.addMember(guild, user);
    const send = (chat: Parameters<typeof messageTo>[0]) => platform.send(messageTo(chat), NEVER);
    const dm = (who: typeof user) => ({ platform: 'discord', chatId: discord.openDm(who).id });

    discord.setBotPermissions(channel, PERMISSION.VIEW_CHANNEL);
    const silenced = await send(roomOf(guild, channel));
    expect(silenced).toMatchObject({ kind: 'retry', afterMs: 60_000, scope: 'chat' });
    discord.setBotPermissions(channel, 0n);
    const blinded = await send(roomOf(guild, channel));
    expect(blinded).toMatchObject({ kind: 'retry', afterMs: 60_000, scope: 'chat' });

    discord.deleteChannel(channel);
    expect(await send(roomOf(guild, channel))).toMatchObject({ kind: 'refused', closeChat: true });
    expect(await send(dm(stranger))).toMatchObject({ kind: 'refused', closeChat: true });
    discord.closeDms(user);
    expect(await send(dm(user))).toMatchObject({ kind: 'refused', closeChat: true });
  });

  it('waits for a locked thread', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const thread = discord.addChannel(guild, { name: 'deep', type: 'thread', parent: channel });
    discord.archiveThread(thread);
    expect((await platform.send(messageTo(roomOf(guild, thread)), NEVER)).kind).toBe('sent');
    discord.archiveThread(thread, { locked: true });
    const later = messageTo(roomOf(guild, thread), { id: 'later' });
    expect(await platform.send(later, NEVER)).toMatchObject({ kind: 'retry', scope: 'chat' });
  });

  it('stops with a clear word when the token is refused, and goes on when it is taken again', async () => {
    const scene = await discordScene();
    const { platform, discord, guild, channel } = scene;
    await scene.connect();
    const fault = discord.fault({
      method: 'POST',
      kind: { status: 401, body: { message: '401: Unauthorized', code: 0 } },
    });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', afterMs: 60_000, scope: 'platform' });
    await expect
      .poll(() => platform.state())
      .toMatchObject({
        state: 'stopped',
        detail: expect.stringContaining('the token was refused'),
      });
    fault.remove();
    expect((await platform.send(messageTo(roomOf(guild, channel)), NEVER)).kind).toBe('sent');
    await expect.poll(() => platform.state(), { timeout: 15_000 }).toEqual({ state: 'connected' });
  });

  it('leaves what was cut off while sending undecided', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.fault({ method: 'POST', kind: 'silence-after' });
    const cutOff = new AbortController();
    const sending = platform.send(messageTo(roomOf(guild, channel)), cutOff.signal);
    await expect.poll(() => discord.messages(channel).length).toBe(1);
    cutOff.abort();
    expect((await sending).kind).toBe('unknown');
  });
});

describe('checking the token', () => {
  it('says who the bot is and how to add it', async () => {
    const { platform, discord } = await discordScene();
    const check = await platform.check?.(NEVER);
    expect(check?.ok).toBe(true);
    expect(check?.detail).toContain('cascade-watch');
    expect(check?.detail).toContain(
      `https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=`,
    );
  });

  it('says why it cannot be', async () => {
    const { platform, discord } = await discordScene();
    discord.revokeToken();
    expect(await platform.check?.(NEVER)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('the token was refused'),
    });
    discord.refuse(true);
    expect(await platform.check?.(NEVER)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('cannot be reached'),
    });
  });
});
