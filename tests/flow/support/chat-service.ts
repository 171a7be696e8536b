import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FakeDiscord, startDiscord } from '../../fakes/discord/discord-server.ts';
import { type FakeTelegram, startTelegram } from '../../fakes/telegram/telegram-server.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { type RealProcess, startProcess } from './real-process.ts';

export const DISCORD_TOKEN = 'discord-token-of-the-tests.abcdef.0123456789';
export const TELEGRAM_TOKEN = '700700700:telegram-token-of-the-tests-0123456789';

export interface ChatService {
  discord: FakeDiscord;
  telegram: FakeTelegram;
  database: string;
  /** Starts the real program with both tokens; again after it died, on the same database. */
  start(environment?: Readonly<Record<string, string>>): RealProcess;
}

/** Both platforms as fakes and a folder for the real program to live in. */
export async function chatService(marketUrl: string, config: string): Promise<ChatService> {
  const folder = await tempFolder();
  const database = join(folder, 'watch.db');
  const file = join(folder, 'config.yaml');
  await writeFile(file, config);
  const discord = await startDiscord({ token: DISCORD_TOKEN });
  const telegram = await startTelegram({ token: TELEGRAM_TOKEN });
  onTestFinished(async () => {
    await Promise.all([discord.close(), telegram.close()]);
  });
  return {
    discord,
    telegram,
    database,
    start: (environment = {}) =>
      startProcess(['start'], {
        SOURCES_BASE_URL: marketUrl,
        CONFIG_FILE: file,
        DATABASE_URL: database,
        HTTP_PORT: '0',
        DISCORD_TOKEN,
        DISCORD_API_URL: discord.url,
        TELEGRAM_TOKEN,
        TELEGRAM_API_URL: telegram.url,
        ...environment,
      }),
  };
}
