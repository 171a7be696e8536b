import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createConsolePlatform } from '../../../src/bot/platforms/console.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { type FakeMessage, startDiscord } from '../../fakes/discord/discord-server.ts';
import { record } from '../../fakes/discord/json.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { startTelegram } from '../../fakes/telegram/telegram-server.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { type PlatformUnderTest, platformSuite } from './platform-suite.ts';

/** A platform is added to the tests here, by what opens it against a fake of its service. */
const PLATFORMS: Readonly<Record<string, () => Promise<PlatformUnderTest>>> = {
  async console() {
    const terminal = fakeTerminal();
    const log = new RecordingLogger();
    const platform = createConsolePlatform({
      input: terminal.input,
      output: terminal.output,
      chartsFolder: await tempFolder(),
      clock: new VirtualClock(),
      log,
    });
    return {
      platform,
      chat: { platform: 'console', chatId: 'terminal' },
      log,
      shown: () => terminal.writes,
      secrets: [],
      breakDown: () => terminal.output.destroy(),
    };
  },
  async discord() {
    const token = 'MTIz.contract.suite-token';
    const server = await startDiscord({ token });
    onTestFinished(() => server.close());
    const guild = server.addGuild({ name: 'desk' });
    const channel = guild.general;
    const log = new RecordingLogger();
    const platform = createDiscordPlatform({
      token,
      apiUrl: server.url,
      clock: createRealClock(),
      log,
      random: () => 0.5,
      settings: { criticalMentions: {}, publishAnnouncements: false },
    });
    const standing = () => server.messages(channel).filter(({ deleted }) => !deleted);
    return {
      platform,
      chat: { platform: 'discord', chatId: guild.id, thread: channel.id },
      log,
      shown: () => standing().map((message) => discordText(message)),
      remove: () => server.deleteMessage(channel, standing().at(-1)?.id ?? ''),
      secrets: [token, 'suite-token'],
      breakDown: () => server.fault({ kind: 'reset-before' }),
    };
  },
  async telegram() {
    const token = '700123:contract-suite-token';
    const server = await startTelegram({ token });
    onTestFinished(() => server.close());
    const group = server.addChat({ type: 'supergroup', title: 'Group' });
    const log = new RecordingLogger();
    const platform = createTelegramPlatform({
      token,
      apiUrl: server.url,
      clock: createRealClock(),
      log,
      random: () => 0.5,
    });
    const standing = () => server.messages(group).filter(({ deleted }) => !deleted);
    return {
      platform,
      chat: { platform: 'telegram', chatId: String(group.id) },
      log,
      shown: () => standing().map(({ text }) => text),
      remove: () => server.deleteMessage(group, standing().at(-1)?.messageId ?? 0),
      secrets: [token, 'contract-suite-token'],
      breakDown: () => server.fault({ kind: 'reset-before' }),
    };
  },
};

function discordText({ content, embeds }: FakeMessage): string {
  const { title = '', description = '', footer } = record(embeds[0]);
  const parts = [content, title, description, record(footer)['text'] ?? ''];
  return parts.filter((part) => part !== '').join('');
}

test('every platform of the folder is tested', async () => {
  const entries = await readdir(new URL('../../../src/bot/platforms/', import.meta.url));
  const names = entries
    .map((entry) => entry.replace(/\.ts$/, ''))
    .filter((name) => name !== 'platform');
  expect(new Set(names)).toEqual(new Set(Object.keys(PLATFORMS)));
});

for (const [name, open] of Object.entries(PLATFORMS)) platformSuite(name, open);
