import { describe, expect, test } from 'vitest';
import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import { callsOf, discordScene, messageTo, NEVER, roomOf, until } from './discord-scene.ts';
import { openBench, refOf } from './telegram-bench.ts';

/** Another bot has used the database. */
const OTHER: Partial<Inbox> = { isSameBot: async () => false, knownBot: async () => '41' };
const DETAIL =
  "this database belongs to another bot (its id 41): use that bot's token, or another DATABASE_URL";
const HELD = { kind: 'retry', afterMs: 60_000, reason: DETAIL, scope: 'platform' };
const NOT_YET = { kind: 'retry', afterMs: 2_000, reason: 'not connected yet', scope: 'platform' };

/** A store that fails at first, and then waits to be told. */
function slowStore() {
  const asked: [string, string][] = [];
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const isSameBot: Inbox['isSameBot'] = async (...who) => {
    asked.push(who);
    if (asked.length === 1) throw new Error('locked');
    return await promise;
  };
  return { asked, answer: resolve, inbox: { isSameBot } };
}

describe('Discord', () => {
  test('with the token of another bot: stops before the login, sends nothing, closes nothing', async () => {
    const told: string[] = [];
    const scene = await discordScene({
      inbox: {
        ...OTHER,
        joined: async () => void told.push('joined'),
        left: async () => void told.push('left'),
        places: async () => ['1'],
      },
    });
    const { discord, platform, log, guild, channel } = scene;
    void scene.start();
    await until(() => platform.state().state === 'stopped');
    expect(platform.state()).toEqual({ state: 'stopped', detail: DETAIL });
    expect(await platform.send(messageTo(roomOf(guild, channel)), NEVER)).toEqual(HELD);
    expect(discord.gateway.connections).toBe(0);
    expect(callsOf(discord)).toEqual(['GET /applications/@me']);
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'Discord platform stopped', fields: { reason: DETAIL } },
    ]);
    await scene.stop();
    expect(told).toEqual([]);
  });

  test('logs in and sends only once the bot is known', async () => {
    const { asked, answer, inbox } = slowStore();
    const scene = await discordScene({ inbox });
    const { discord, platform, guild, channel } = scene;
    void scene.start();
    expect(await platform.send(messageTo(roomOf(guild, channel)), NEVER)).toEqual(NOT_YET);
    await until(() => asked.length === 2);
    expect(platform.state()).toMatchObject({ state: 'connecting' });
    expect(await platform.send(messageTo(roomOf(guild, channel)), NEVER)).toEqual(NOT_YET);
    expect(discord.gateway.connections).toBe(0);
    answer(true);
    await until(() => platform.state().state === 'connected');
    expect(asked[1]).toEqual(['discord', discord.applicationId]);
    expect(await platform.send(messageTo(roomOf(guild, channel)), NEVER)).toMatchObject({
      kind: 'sent',
    });
  });

  test('sends without the gateway as soon as the bot is known, which it waits for', async () => {
    const scene = await discordScene();
    const { discord, platform, guild, channel } = scene;
    discord.gateway.mute(true);
    void scene.start();
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome.kind).toBe('sent');
    await until(() => discord.gateway.connections === 1);
    expect(platform.state().state).toBe('connecting');
  });
});

describe('Telegram', () => {
  test('with the token of another bot: stops before it fetches, sends nothing', async () => {
    const { platform, server, log, send, start } = await openBench({ inbox: OTHER });
    const ann = server.addUser({ firstName: 'Ann' });
    server.write(ann, ann, '/risk');
    const stop = start();
    await until(() => platform.state().state === 'stopped');
    expect(platform.state()).toEqual({ state: 'stopped', detail: DETAIL });
    expect(await send({ chat: refOf(ann) })).toEqual(HELD);
    expect(server.calls.map(({ method }) => method)).toEqual(['getMe']);
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'telegram stopped: the bot is another one', fields: { reason: DETAIL } },
    ]);
    await stop();
  });

  test('fetches and sends only once the bot is known', async () => {
    const { asked, answer, inbox } = slowStore();
    const { platform, server, send, start } = await openBench({ inbox });
    const ann = server.addUser({ firstName: 'Ann' });
    server.write(ann, ann, '/start');
    start();
    expect(await send({ chat: refOf(ann) })).toEqual(NOT_YET);
    await until(() => asked.length === 2);
    expect(platform.state()).toMatchObject({
      state: 'connecting',
      detail: 'the database cannot be read',
    });
    expect(await send({ chat: refOf(ann) })).toEqual(NOT_YET);
    expect(server.calls.map(({ method }) => method)).toEqual(['getMe']);
    answer(true);
    await until(() => platform.state().state === 'connected');
    expect(asked[1]).toEqual(['telegram', '700123']);
    expect(await send({ chat: refOf(ann) })).toMatchObject({ kind: 'sent' });
  });
});
