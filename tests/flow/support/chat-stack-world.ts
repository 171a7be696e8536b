import type { FakeDiscord } from '../../fakes/discord/discord-server.ts';
import type { FakeTelegram } from '../../fakes/telegram/telegram-server.ts';

const MANAGE_GUILD = 1n << 5n;

/** A server in which Ada may manage and Bob may not. */
export function discordWorld(discord: FakeDiscord) {
  // Long ago: no greeting stands between the messages.
  const guild = discord.addGuild({ name: 'Desk', joinedAt: Date.UTC(2020, 0, 1) });
  const managers = discord.addRole(guild, { name: 'managers', permissions: MANAGE_GUILD });
  const [ada, bob] = [discord.addUser({ name: 'ada' }), discord.addUser({ name: 'bob' })];
  discord.addMember(guild, ada, [managers]);
  discord.addMember(guild, bob);
  return { guild, ada, bob };
}

/** A group with Eve for its administrator and Kim as a member. */
export function telegramWorld(telegram: FakeTelegram) {
  const group = telegram.addChat({ type: 'supergroup', title: 'Desk' });
  const eve = telegram.addUser({ firstName: 'Eve' });
  const kim = telegram.addUser({ firstName: 'Kim' });
  telegram.setMember(group, eve, 'administrator');
  telegram.setMember(group, kim, 'member');
  return { group, eve, kim };
}
