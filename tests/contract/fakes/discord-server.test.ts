import {
  AttachmentBuilder,
  Client,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  type Interaction,
  MessageFlags,
  REST,
  Routes,
} from 'discord.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PNG, scene, TOKEN } from './discord-scene.ts';

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
});

/** discord.js itself, logged in against the fake. */
async function withClient(answer: (interaction: Interaction) => Promise<unknown> = async () => {}) {
  const all = await scene();
  const { discord } = all;
  const guild = discord.addGuild({ name: 'desk' });
  const anna = discord.addUser({ name: 'anna' });
  discord.addMember(guild, anna);
  const rest = new REST({ api: discord.url }).setToken(TOKEN);
  await rest.put(Routes.applicationCommands(discord.applicationId), {
    body: [{ name: 'risk', description: 'How close' }],
  });
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: discord.url },
  });
  clients.push(client);
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction));
  client.on(Events.Error, () => {});
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(TOKEN);
  await ready;
  return { ...all, guild, anna, client, rest };
}

describe('discord.js against the Discord fake', () => {
  it('logs in, becomes ready and knows its servers', async () => {
    const { client, discord, guild } = await withClient();
    expect(client.user?.id).toBe(discord.botUserId);
    expect(client.guilds.cache.get(guild.id)?.name).toBe('desk');
    expect(client.guilds.cache.get(guild.id)?.systemChannelId).toBe(guild.general.id);
    expect(discord.gateway).toMatchObject({ connections: 1, identifies: 1 });
    expect(discord.gateway.intents()).toBe(GatewayIntentBits.Guilds);
  });

  it('is refused with a wrong token', async () => {
    const { discord } = await scene();
    const client = new Client({ intents: [], rest: { api: discord.url } });
    clients.push(client);
    await expect(client.login('MTIz.other.token')).rejects.toThrow('invalid token');
  });

  it('defers, edits with an embed and a picture, and follows up', async () => {
    const { discord, guild, anna } = await withClient(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      const embed = new EmbedBuilder().setTitle('ETH').setImage('attachment://chart.png');
      const file = new AttachmentBuilder(Buffer.from(PNG), { name: 'chart.png' });
      await interaction.editReply({ embeds: [embed], files: [file] });
      await interaction.followUp({ content: 'that is all', flags: MessageFlags.Ephemeral });
    });
    const interaction = await discord.slash(guild.general, anna, 'risk');
    await interaction.settled();
    await vi.waitFor(() => expect(interaction.followUps).toHaveLength(1));
    expect(interaction).toMatchObject({ deferred: true, ephemeral: true });
    expect(interaction.message()).toMatchObject({ flags: 64, embeds: [{ title: 'ETH' }] });
    expect(interaction.message()?.files[0]?.bytes).toEqual(PNG);
  });

  it('resumes after a drop, and misses nothing', async () => {
    const { discord, guild, anna, client } = await withClient(async (interaction) => {
      if (interaction.isRepliable()) await interaction.reply('here');
    });
    const left: string[] = [];
    client.on(Events.GuildDelete, (gone) => left.push(gone.name));
    const other = discord.addGuild({ name: 'other' });
    await vi.waitFor(() => expect(client.guilds.cache.has(other.id)).toBe(true));
    discord.gateway.drop();
    discord.removeBot(other);
    const interaction = await discord.slash(guild.general, anna, 'risk');
    expect(interaction.message()?.content).toBe('here');
    expect(left).toEqual(['other']);
    expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 1, connections: 2 });
  });

  it('reconnects when asked to, and identifies anew when its session is gone', async () => {
    const { discord, client } = await withClient();
    discord.gateway.reconnect();
    await vi.waitFor(() => expect(discord.gateway.resumes).toBe(1), { timeout: 5000 });
    const again = new Promise((resolve) => client.once(Events.ShardReady, resolve));
    discord.gateway.invalidSession(false);
    await again;
    expect(discord.gateway.identifies).toBe(2);
  });

  it('gets errors with their codes from its REST client', async () => {
    const { discord, rest, guild } = await withClient();
    const path = Routes.channelMessages(guild.general.id);
    const code = (body: unknown, to: typeof path = path) =>
      rest.post(to, { body }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    expect(await code({ content: 'x' })).toBe(0);
    expect(await code({ content: 'x'.repeat(2001) })).toBe(50035);
    expect(await code({ content: 'x' }, Routes.channelMessages('1'))).toBe(10003);
    discord.setBotPermissions(guild.general, 0n);
    expect(await code({ content: 'x' })).toBe(50001);
  });
});
