import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { startMarket } from '../../demo/market/server.ts';
import { STORY } from '../../demo/scenarios/build-up.ts';
import { cascade } from '../../demo/scenarios/cascade.ts';
import { MINUTE_MS, type Scenario } from '../../demo/scenarios/scenario.ts';
import { drawFigure } from '../../src/bot/charts/draw-figure.ts';
import { chatService, DISCORD_TOKEN, TELEGRAM_TOKEN } from './support/chat-service.ts';
import { readStored } from './support/stored-messages.ts';

/** The cascade story from shortly before its top. */
const BEGIN_MS = STORY.shockAtMs - 45 * MINUTE_MS;
const story: Scenario = {
  ...cascade,
  forcing: (asset, elapsedMs) => cascade.forcing(asset, elapsedMs + BEGIN_MS),
  shocks: cascade.shocks.map((shock) => ({ ...shock, afterMs: shock.afterMs - BEGIN_MS })),
};

/** Told sooner than people want it, so that the whole story fits a test. */
const CONFIG = `
console: { enabled: false }
depth: { assets: 3, periodSeconds: 120 }
alerts: { updateMs: 120000, stepDownReadings: 2, minInLevelMs: 120000 }
`;
const MANAGE_GUILD = 1n << 5n;
const LOOK = { timeout: 40_000, interval: 20 };

it('the real process is asked and subscribed on both platforms, warns with the chart, is muted by button and edits its message until the all-clear', async () => {
  const startAt = Date.UTC(2026, 10, 24, 12);
  const market = await startMarket({ port: 0, speed: 20, scenario: story, seed: 1, startAt });
  onTestFinished(() => market.close());
  const { discord, telegram, database, start } = await chatService(market.url, CONFIG);

  const guild = discord.addGuild({ name: 'Desk', joinedAt: Date.now() });
  const quiet = discord.addChannel(guild, { name: 'quiet' });
  const managers = discord.addRole(guild, { name: 'managers', permissions: MANAGE_GUILD });
  const [ada, bob] = [discord.addUser({ name: 'ada' }), discord.addUser({ name: 'bob' })];
  discord.addMember(guild, ada, [managers]);
  discord.addMember(guild, bob);
  const group = telegram.addChat({ type: 'supergroup', title: 'Desk' });
  const [eve, kim] = [
    telegram.addUser({ firstName: 'Eve' }),
    telegram.addUser({ firstName: 'Kim' }),
  ];
  telegram.setMember(group, eve, 'administrator');
  telegram.setMember(group, kim, 'member');

  const service = start();
  await service.ask('/readyz', (_, status) => status === 200);

  // Asked and subscribed, by those who may.
  const general = guild.general;
  const refused = await discord.slash(general, bob, 'subscribe', { assets: 'ETH' });
  expect(refused.delivered).toBe(false);
  const saidInGroup = () => telegram.messages(group).map(({ versions }) => versions[0]?.text);
  const saysInGroup = (text: string) =>
    expect.poll(saidInGroup, LOOK).toContainEqual(expect.stringContaining(text));
  telegram.write(group, kim, '/subscribe ETH high down');
  await saysInGroup('Only people who may manage this chat');
  for (const channel of [general, quiet]) {
    const subscribed = await discord.slash(channel, ada, 'subscribe', {
      assets: 'ETH',
      level: 'high',
      side: 'down',
    });
    await subscribed.settled();
    expect(JSON.stringify(subscribed.message()?.embeds)).toContain('Subscribed: ETH');
  }
  telegram.write(group, eve, '/subscribe ETH high down');
  await saysInGroup('Subscribed: ETH');
  const asked = await discord.slash(general, bob, 'risk', { asset: 'ETH' });
  await asked.settled();
  expect(JSON.stringify(asked.message()?.embeds)).toContain('ETH risk');
  telegram.write(group, kim, '/risk eth');
  await saysInGroup('ETH risk');
  market.control({ speed: 200 });

  // Warned, with the chart.
  const warningsOn = {
    discord: (channel = general) =>
      discord.messages(channel).filter(({ nonce, versions }) => {
        return nonce !== undefined && JSON.stringify(versions[0]?.embeds).includes('ETH down');
      }),
    telegram: () =>
      telegram.messages(group).filter(({ versions }) => versions[0]?.text.includes('ETH down:')),
  };
  await expect.poll(() => warningsOn.discord().length, LOOK).toBeGreaterThan(0);
  await expect.poll(() => warningsOn.discord(quiet).length, LOOK).toBeGreaterThan(0);
  await expect.poll(() => warningsOn.telegram().length, LOOK).toBeGreaterThan(0);
  const [embed, bubble] = [warningsOn.discord()[0], warningsOn.telegram()[0]];
  await expectPicture(database, embed?.id, embed?.versions[0]?.files[0]?.bytes);
  await expectPicture(database, `p${bubble?.messageId}`, bubble?.versions[0]?.photo);

  // Muted by button, only by those who may.
  const buttons = warningsOn.discord(quiet)[0];
  if (buttons === undefined) throw new Error('no warning to press a button of');
  const wrong = await discord.press(buttons, bob, { label: 'Mute 8 h' });
  await expect.poll(() => wrong.followUps.length, LOOK).toBe(1);
  expect(wrong.followUps[0]?.ephemeral).toBe(true);
  expect(JSON.stringify(wrong.followUps[0]?.embeds)).toContain('Only people who may manage');
  const muted = await discord.press(buttons, ada, { label: 'Mute 8 h' });
  await muted.settled();
  expect(JSON.stringify(muted.message()?.embeds)).toContain('Muted');
  const pressed = warningsOn.telegram()[0];
  if (pressed === undefined) throw new Error('no warning to press a button of');
  const press = telegram.press(pressed, kim, { label: 'Mute 8 h' });
  await expect.poll(() => press.answers[0]?.text ?? '', LOOK).toContain('Only people who may');

  // Worse: a new post, and the one before says so; in the muted chat the message is only edited.
  await expect.poll(() => warningsOn.telegram().length, LOOK).toBeGreaterThan(1);
  await expect.poll(() => warningsOn.telegram()[0]?.text ?? '', LOOK).toContain('Worse since');
  await expect.poll(() => warningsOn.discord().length, LOOK).toBeGreaterThan(1);

  // Over.
  const over = (text: string | undefined) => text?.includes('Over since') === true;
  await expect
    .poll(() => warningsOn.telegram().some(({ text }) => over(text)), { ...LOOK, timeout: 90_000 })
    .toBe(true);
  await expect
    .poll(() => warningsOn.discord().some(({ embeds }) => over(JSON.stringify(embeds))), LOOK)
    .toBe(true);
  expect(warningsOn.discord(quiet)).toHaveLength(1);
  expect(warningsOn.discord(quiet)[0]?.versions.length).toBeGreaterThan(2);

  service.signal('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
  for (const token of [DISCORD_TOKEN, TELEGRAM_TOKEN]) {
    expect(service.stderr()).not.toContain(token);
  }
  const unsettled = readStored(database).messages.filter(
    ({ state }) => state === 'pending' || state === 'claimed',
  );
  expect(unsettled).toEqual([]);
}, 240_000);

/** Are these bytes the chart of the stored message that became this one of the platform? */
async function expectPicture(
  database: string,
  id: string | undefined,
  bytes: Uint8Array | undefined,
): Promise<void> {
  const drawn = () => {
    const [stored] = readStored(database)
      .messages.filter(({ platformMessageId }) => platformMessageId === id)
      .toSorted((a, b) => a.sequence - b.sequence);
    const figure = stored?.doc.figure;
    return figure === undefined ? 'no figure' : fingerprint(drawFigure(figure));
  };
  expect(bytes, 'a picture with the message').toBeDefined();
  await expect.poll(drawn, LOOK).toBe(fingerprint(bytes ?? new Uint8Array()));
}

function fingerprint(picture: Uint8Array): string {
  return createHash('sha256').update(picture).digest('hex');
}
