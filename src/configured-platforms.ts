import { createDiscordPlatform } from './bot/platforms/discord/discord.ts';
import type { Platform } from './bot/platforms/platform.ts';
import { createTelegramPlatform } from './bot/platforms/telegram/telegram.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Logger, Random } from './ports.ts';
import { createRealClock, createSteadyClock } from './real-clock.ts';
import { createSkewWatch } from './skew-watch.ts';

/**
 * The chat platforms that have a token. Their connections live in real time, whatever clock the
 * program is on.
 */
export function configuredPlatforms(
  { config, tokens }: Pick<LoadedConfig, 'config' | 'tokens'>,
  log: Logger,
  random: Random,
): Platform[] {
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
    const { apiUrl, criticalMentions, publishAnnouncements } = discord;
    const settings = { criticalMentions, publishAnnouncements };
    const parts = partsOf('discord');
    platforms.push(createDiscordPlatform({ ...parts, token: tokens.discord, apiUrl, settings }));
  }
  if (tokens.telegram !== undefined) {
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
