import type { Platform } from './bot/platforms/platform.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Logger, Random } from './ports.ts';
import { createRealClock, createSteadyClock } from './real-clock.ts';
import { createSkewWatch } from './skew-watch.ts';

/**
 * The chat platforms that have a token. Their connections live in real time, whatever clock the
 * program is on. Their libraries are loaded only when they are used: a quarter of a second and tens
 * of MB for each command of the command line otherwise.
 */
export async function configuredPlatforms(
  { config, tokens }: Pick<LoadedConfig, 'config' | 'tokens'>,
  log: Logger,
  random: Random,
): Promise<Platform[]> {
  const { discord, telegram } = config;
  const clock = createSteadyClock();
  const partsOf = (platform: string) => ({
    clock,
    log,
    random,
    apiTimeSeen: createSkewWatch(createRealClock(), log.child({ platform })),
  });
  const platforms: Platform[] = [];
  if (tokens.discord !== undefined) {
    const { createDiscordPlatform } = await import('./bot/platforms/discord/discord.ts');
    const { apiUrl, criticalMentions, publishAnnouncements } = discord;
    const settings = { criticalMentions, publishAnnouncements };
    const parts = partsOf('discord');
    platforms.push(createDiscordPlatform({ ...parts, token: tokens.discord, apiUrl, settings }));
  }
  if (tokens.telegram !== undefined) {
    const { createTelegramPlatform } = await import('./bot/platforms/telegram/telegram.ts');
    const { apiUrl, webhook } = telegram;
    platforms.push(
      createTelegramPlatform({
        ...partsOf('telegram'),
        token: tokens.telegram,
        apiUrl,
        ...(webhook === undefined ? {} : { webhook }),
      }),
    );
  }
  return platforms;
}
