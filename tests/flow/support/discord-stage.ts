import {
  type FakeChannel,
  type FakeUser,
  startDiscord,
} from '../../fakes/discord/discord-server.ts';
import type { BurstRoom, BurstStage, StageOptions } from './burst-stage.ts';

const DAY_MS = 86_400_000;
const CHANNELS_PER_SERVER = 20;
const ONE_THREAD_IN = 10;
const ONE_DIRECT_IN = 20;

/** Channels and threads of many servers, and some direct messages. */
export async function discordStage({ token, rooms, now }: StageOptions): Promise<BurstStage> {
  const discord = await startDiscord({ token, now, pacing: true });
  const found: BurstRoom[] = [];
  const people: { channel: FakeChannel; who: FakeUser }[] = [];

  function add(channel: FakeChannel, who: FakeUser): void {
    const { id, guildId } = channel;
    const chat =
      guildId === undefined
        ? { platform: 'discord', chatId: id }
        : { platform: 'discord', chatId: guildId, thread: id };
    found.push({ chat, sharesMinute: false, asks: true });
    people.push({ channel, who });
  }

  while (found.length < rooms) {
    const guild = discord.addGuild({ name: `server ${found.length}`, joinedAt: now() - DAY_MS });
    const who = discord.addUser({ name: `kim ${found.length}` });
    discord.addMember(guild, who);
    add(guild.general, who);
    const most = Math.min(rooms, found.length + CHANNELS_PER_SERVER - 1);
    while (found.length < most) {
      const index = found.length;
      if (index % ONE_DIRECT_IN === 0) {
        const friend = discord.addUser({ name: `ada ${index}` });
        add(discord.openDm(friend), friend);
      } else if (index % ONE_THREAD_IN === 0) {
        const parent = guild.general;
        add(discord.addChannel(guild, { name: `t${index}`, type: 'thread', parent }), who);
      } else add(discord.addChannel(guild, { name: `c${index}` }), who);
    }
  }

  return {
    url: discord.url,
    rooms: found,
    async ask(room) {
      const person = people[room];
      if (person === undefined) throw new Error(`no room ${room}`);
      const asked = await discord.slash(person.channel, person.who, 'subscriptions');
      if (!asked.delivered) throw new Error('Discord did not let the person ask');
      await asked.settled();
    },
    report: () => ({
      arrivals: people.flatMap(({ channel }) =>
        discord
          .messages(channel)
          .filter(({ nonce }) => nonce !== undefined)
          .map(({ channelId, id, sentAt, embeds }) => ({
            chatId: channelId,
            messageId: id,
            at: sentAt,
            text: JSON.stringify(embeds),
          })),
      ),
      calls: discord.calls.length,
      tooMany: discord.calls
        .filter(({ status }) => status === 429)
        .map(({ at, method, path }) => ({ at, what: `${method} ${path}` })),
    }),
    close: () => discord.close(),
  };
}
