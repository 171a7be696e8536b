import type { ChatRef } from '../../../src/alerts/model.ts';
import type { FakeDiscord } from '../../fakes/discord/discord-server.ts';
import type { FakeTelegram } from '../../fakes/telegram/telegram-server.ts';

/** A server and a group with one person each, and what is shown there. */
export function chatDesk(discord: FakeDiscord, telegram: FakeTelegram) {
  // Long ago: no greeting stands between the messages.
  const guild = discord.addGuild({ name: 'Desk', joinedAt: Date.UTC(2020, 0, 1) });
  const bob = discord.addUser({ name: 'bob' });
  discord.addMember(guild, bob);
  const group = telegram.addChat({ type: 'supergroup', title: 'Desk' });
  const kim = telegram.addUser({ firstName: 'Kim' });
  telegram.setMember(group, kim, 'member');
  const room: ChatRef = { platform: 'discord', chatId: guild.id, thread: guild.general.id };
  const place: ChatRef = { platform: 'telegram', chatId: String(group.id) };
  return {
    room,
    place,
    /** How many messages with this title stand in the channel and in the group. */
    copies: {
      discord: (title: string) =>
        discord
          .messages(guild.general)
          .filter(({ embeds }) => JSON.stringify(embeds).includes(title)).length,
      telegram: (title: string) =>
        telegram.messages(group).filter(({ text }) => text.includes(title)).length,
    },
    /** Bob asks in the channel; gives what he is shown. */
    async askOnDiscord(command: string): Promise<string> {
      const asked = await discord.slash(guild.general, bob, command);
      await asked.settled();
      return JSON.stringify([asked.message()?.embeds, asked.followUps.map(({ embeds }) => embeds)]);
    },
    /** Kim asks in the group; gives how many answers there are so far. */
    askOnTelegram(command: string): () => number {
      const { messageId } = telegram.write(group, kim, `/${command}`);
      return () => telegram.messages(group).filter(({ replyTo }) => replyTo === messageId).length;
    },
  };
}
