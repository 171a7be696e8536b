import { describe, expect, it } from 'vitest';
import { load, loadYaml, refusal, textFile } from './config-files.ts';

describe('settings of the chat platforms', () => {
  it('a token switches its platform on, and the other stays off', async () => {
    expect(load({ TELEGRAM_TOKEN: '123456:token' }).tokens).toEqual({ telegram: '123456:token' });
    const file = await textFile('discord-token\n');
    expect(load({ DISCORD_TOKEN_FILE: file }).tokens).toEqual({ discord: 'discord-token' });
  });

  it('a token with a space in it is refused without repeating it', async () => {
    const { text } = await refusal(() => load({ DISCORD_TOKEN: 'Bot hush-hush' }));
    expect(text).toContain('DISCORD_TOKEN: holds spaces');
    expect(text).not.toContain('hush');
  });

  it('a Discord address that does not end in /api is refused', async () => {
    const { text } = await refusal(() => load({ DISCORD_API_URL: 'http://127.0.0.1:4000' }));
    expect(text).toContain('must end in /api');
  });

  it('a role id written as a number, which YAML rounds, is refused', async () => {
    const yaml = 'discord: { criticalMentions: { "123456789012345678": 234567890123456789 } }\n';
    expect((await refusal(() => loadYaml(yaml))).text).toContain('discord.criticalMentions');
  });

  it('a webhook needs https', async () => {
    const webhook = 'webhook: { url: http://bot.test/tg, host: 127.0.0.1, port: 8443 }';
    const { text } = await refusal(() => loadYaml(`telegram: { ${webhook} }\n`));
    expect(text).toContain('telegram.webhook.url');
  });
});
