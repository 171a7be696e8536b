import { expect, it, onTestFinished } from 'vitest';
import { startMarket } from '../../demo/market/server.ts';
import { chatDesk } from './support/chat-desk.ts';
import { chatService, DISCORD_TOKEN, TELEGRAM_TOKEN } from './support/chat-service.ts';
import { goesOnEvaluating, logged, problem, stopService } from './support/service-log.ts';
import { storeAlerts } from './support/stored-alert.ts';
import { readStored } from './support/stored-messages.ts';

const LOOK = { timeout: 25_000, interval: 20 };
/** An evaluation a second. */
const SPEED = 60;
const CONFIG = 'console: { enabled: false }\nbackfill: { days: 1 }\n';
const WRONG_TOKEN = 'a-wrong-token.of-discord.abcdefgh';
const SECRETS = [DISCORD_TOKEN, TELEGRAM_TOKEN, WRONG_TOKEN];

it('a wrong token, a dead DNS name, then both right: each start does what it can, and every message arrives once', async () => {
  const startAt = Date.UTC(2026, 10, 24, 12);
  const market = await startMarket({
    port: 0,
    speed: SPEED,
    scenario: 'quiet',
    seed: 3,
    startAt,
    historyDays: 2,
  });
  onTestFinished(() => market.close());
  const { discord, telegram, database, start } = await chatService(market.url, CONFIG);
  const { room, place, copies, askOnDiscord, askOnTelegram } = chatDesk(discord, telegram);
  await storeAlerts(database, startAt, [
    { id: 'd1', chat: room, title: 'first of Discord' },
    { id: 't1', chat: place, title: 'first of Telegram' },
  ]);

  // Discord refuses the token; Telegram works, and is sent nonsense.
  const first = start({ DISCORD_TOKEN: WRONG_TOKEN });
  await expect.poll(() => copies.telegram('first of Telegram'), LOOK).toBe(1);
  await problem(first, /discord is stopped: the token was refused/);
  const nonsense = [{}, { message: 7 }, { callback_query: {} }, { my_chat_member: 'x' }];
  for (const raw of nonsense) telegram.pushUpdate(raw);
  telegram.pushUpdate({ message: { message_id: 1, date: 'now', chat: null, text: {} } });
  const answers = askOnTelegram('status');
  await expect.poll(answers, LOOK).toBe(1);
  await goesOnEvaluating(first);
  expect(logged(first, 'Discord platform stopped')).toHaveLength(1);
  expect(discord.calls.length).toBeLessThanOrEqual(5);
  await stopService(first, SECRETS);

  // The name of Telegram's host leads nowhere; Discord works, and misbehaves.
  await storeAlerts(database, market.clock.now(), [
    { id: 't2', chat: place, title: 'second of Telegram' },
  ]);
  const second = start({ TELEGRAM_API_URL: 'http://telegram.invalid' });
  await expect.poll(() => copies.discord('first of Discord'), LOOK).toBe(1);
  await problem(second, /telegram is connecting: the name of the API host/);
  await expect.poll(() => discord.gateway.sessions(), LOOK).toBe(1);
  for (const data of [null, 7, [], { id: null }, { guild_id: 1, channel: [] }]) {
    for (const event of ['INTERACTION_CREATE', 'GUILD_CREATE', 'GUILD_DELETE', 'CHANNEL_UPDATE']) {
      discord.dispatch(event, data);
    }
  }
  discord.gateway.drop();
  await expect.poll(() => discord.gateway.resumes, LOOK).toBe(1);
  expect(await askOnDiscord('status')).toContain('Status: ');
  await goesOnEvaluating(second);
  const attempts = logged(second, 'message not delivered').filter(
    ({ message }) => message === 't2',
  );
  expect(attempts.length).toBeGreaterThan(0);
  expect(logged(second, 'telegram not connected')).toHaveLength(1);
  await stopService(second, SECRETS);
  expect(readStored(database).messages.find(({ id }) => id === 't2')?.state).toBe('pending');

  // All is well.
  const third = start();
  await expect.poll(() => copies.telegram('second of Telegram'), LOOK).toBe(1);
  await third.ask('/readyz', (_, status) => status === 200);
  await stopService(third, SECRETS);
  const states = readStored(database).messages.map(({ id, state }) => `${id} ${state}`);
  for (const id of ['d1', 't1', 't2']) expect(states).toContain(`${id} sent`);
  for (const name of ['discord', 'telegram'] as const) {
    for (const title of ['first of Discord', 'first of Telegram', 'second of Telegram']) {
      expect(copies[name](title)).toBe(title.endsWith('Discord') === (name === 'discord') ? 1 : 0);
    }
  }
}, 120_000);
