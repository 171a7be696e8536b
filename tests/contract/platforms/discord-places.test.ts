import { describe, expect, it } from 'vitest';
import type { ChatRef, Place } from '../../../src/alerts/model.ts';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { discordScene, roomOf, until } from './discord-scene.ts';

const DAY_MS = 86_400_000;

function record() {
  const joined: { chat: ChatRef; greet: boolean }[] = [];
  const left: Place[] = [];
  return {
    joined,
    left,
    inbox: {
      joined: async (chat: ChatRef, { greet }: { greet: boolean }) => {
        joined.push({ chat, greet });
      },
      left: async (place: Place) => {
        left.push(place);
      },
    },
  };
}

describe('servers on Discord', () => {
  it('are told when the bot is added and removed, new ones with a room to say hello in', async () => {
    const { joined, left, inbox } = record();
    const scene = await discordScene({ inbox });
    const { discord, guild } = scene;
    const old = discord.addGuild({ name: 'old', joinedAt: Date.now() - 2 * DAY_MS });
    await scene.connect();
    const late = discord.addGuild({ name: 'late' });
    await until(() => joined.length === 3);
    const greeted = new Map(joined.map(({ chat, greet }) => [chat.chatId, greet]));
    expect(greeted).toEqual(
      new Map([
        [guild.id, true],
        [old.id, false],
        [late.id, true],
      ]),
    );
    expect(joined.find(({ chat }) => chat.chatId === late.id)?.chat).toEqual(
      roomOf(late, late.general),
    );
    discord.removeBot(late);
    await until(() => left.length === 1);
    expect(left).toEqual([{ platform: 'discord', chatId: late.id }]);
    discord.inviteBot(late);
    await until(() => joined.length === 4);
  });

  it('are greeted where the bot may write', async () => {
    const { joined, inbox } = record();
    const scene = await discordScene({ inbox });
    const { discord, guild, channel } = scene;
    const mute = ((1n << 50n) - 1n) & ~(PERMISSION.SEND_MESSAGES | PERMISSION.ADMINISTRATOR);
    discord.setBotPermissions(channel, mute);
    const news = discord.addChannel(guild, { name: 'news', type: 'announcement' });
    const talk = discord.addChannel(guild, { name: 'talk' });
    expect(news.id).not.toBe(talk.id);
    await scene.connect();
    await until(() => joined.length === 1);
    expect(joined[0]).toEqual({ chat: roomOf(guild, talk), greet: true });
  });

  it('are not told again by a new connection, nor gone for an outage', async () => {
    const { joined, left, inbox } = record();
    const scene = await discordScene({ inbox });
    const { discord, guild } = scene;
    await scene.connect();
    await until(() => joined.length === 1);
    discord.guildOutage(guild);
    discord.guildBack(guild);
    const late = discord.addGuild({ name: 'late' });
    await until(() => joined.length === 2);
    expect(joined.map(({ chat }) => chat.chatId)).toEqual([guild.id, late.id]);
    expect(left).toEqual([]);
  });

  it('that were left while the connection was away are gone', async () => {
    const { joined, left, inbox } = record();
    const scene = await discordScene({ inbox });
    const { discord, guild } = scene;
    const other = discord.addGuild({ name: 'other' });
    await scene.connect();
    await until(() => joined.length === 2);
    discord.gateway.refuse(true);
    discord.gateway.invalidSession(false);
    await until(() => discord.gateway.sessions() === 0);
    discord.removeBot(other);
    discord.gateway.refuse(false);
    await until(() => left.length === 1);
    expect(left[0]?.chatId).toBe(other.id);
    expect(guild.id).not.toBe(other.id);
  });

  it('are told again and again while the store fails', async () => {
    let failures = 2;
    const { joined, inbox } = record();
    const scene = await discordScene({
      inbox: {
        async joined(chat, options) {
          failures -= 1;
          if (failures >= 0) throw new Error('the disk is full');
          await inbox.joined(chat, options);
        },
      },
    });
    await scene.connect();
    await until(() => joined.length === 1);
    const told = scene.log.lines.filter(
      ({ message }) => message === 'joining or leaving of a server to be recorded again',
    );
    expect(told).toHaveLength(2);
  });
});
