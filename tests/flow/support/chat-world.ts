import { setTimeout as pause } from 'node:timers/promises';
import type { FakeDiscord } from '../../fakes/discord/discord-server.ts';
import type { FakeTelegram } from '../../fakes/telegram/telegram-server.ts';
import type { RealProcess } from './real-process.ts';
import { isSettled, readChats, type StoredChats } from './stored-deliveries.ts';

const MANAGE_GUILD = 1n << 5n;
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

/** People on both platforms with one story to live through, whoever dies meanwhile. */
export interface ChatWorld {
  /**
   * Goes on with the story where it stands until everything has been told and settled. Rejects when
   * the process ends before, or when nothing happens for too long.
   */
  live(process: RealProcess): Promise<void>;
  /** `<chat>/<thread>` or `<chat>` of every room, as the database names them. */
  rooms: { general: string; desk: string; fresh: string; old: string };
  /** Posts of the bot that Discord knows by their nonce, oldest first. */
  nonces(): string[];
  /** First lines of the posts in a Telegram chat, oldest first. */
  titles(room: 'desk' | 'fresh' | 'old'): string[];
  /** Was the person told that the subscription stands? */
  confirmed: { discord: boolean };
}

/** `database`: of the process, to see what it has settled. */
export function chatWorld(
  discord: FakeDiscord,
  telegram: FakeTelegram,
  database: string,
): ChatWorld {
  const guild = discord.addGuild({ name: 'Desk', joinedAt: Date.UTC(2020, 0, 1) });
  const managers = discord.addRole(guild, { name: 'managers', permissions: MANAGE_GUILD });
  const ada = discord.addUser({ name: 'ada' });
  discord.addMember(guild, ada, [managers]);
  const eve = telegram.addUser({ firstName: 'Eve' });
  const desk = telegram.addChat({ type: 'supergroup', title: 'Desk' });
  telegram.setMember(desk, eve, 'administrator');
  const fresh = telegram.addChat({ type: 'group', title: 'Fresh', botStatus: 'left' });
  const old = telegram.addChat({ type: 'group', title: 'Old' });
  telegram.setMember(old, eve, 'administrator');
  const chats = { desk, fresh, old };
  // So that there is something to release, and something to find out.
  const post = /^\/channels\/\d+\/messages$/;
  discord.fault({ method: 'POST', path: post, times: 1, kind: 'reset-after' });
  discord.fault({ method: 'PATCH', times: 1, kind: { status: 502 } });
  const flood = { ok: false, error_code: 429, parameters: { retry_after: 1 } };
  telegram.fault({ method: 'sendPhoto', times: 1, kind: { status: 429, body: flood } });
  const confirmed = { discord: false };
  const asked = { desk: false, old: false };
  let isAdded = false;
  let isRemoved = false;
  const rooms = {
    general: `${guild.id}/${guild.general.id}`,
    desk: String(desk.id),
    fresh: String(fresh.id),
    old: String(old.id),
  };
  const titles: ChatWorld['titles'] = (room) =>
    telegram.messages(chats[room]).map(({ versions }) => versions[0]?.text.split('\n')[0] ?? '');

  async function live(process: RealProcess): Promise<void> {
    let exit: unknown;
    void process.exited.then((ended) => {
      exit = ended;
    });
    async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
      for (const deadline = performance.now() + PATIENCE_MS; !(await look()); ) {
        if (exit !== undefined) throw new Error(`it ended while waiting for ${what}`);
        if (performance.now() > deadline) {
          throw new Error(
            [
              `nothing within ${PATIENCE_MS} ms: ${what}`,
              ...waitingFor(readChats(database)),
              process.stderr().slice(-3000),
            ].join('\n'),
          );
        }
        await pause(LOOK_EVERY_MS);
      }
    }

    async function subscribe(): Promise<boolean> {
      try {
        const answer = await discord.slash(guild.general, ada, 'subscribe', {
          assets: 'ETH',
          level: 'elevated',
          side: 'down',
        });
        await Promise.race([answer.settled(), process.exited]);
        return JSON.stringify(answer.message()?.embeds ?? '').includes('Subscribed: ETH');
      } catch {
        // It died, or has not registered its commands yet: a person tries again.
        return false;
      }
    }

    for (const room of ['desk', 'old'] as const) {
      if (!asked[room]) telegram.write(chats[room], eve, '/subscribe ETH elevated down');
      asked[room] = true;
    }
    if (!confirmed.discord) {
      await until(
        'its commands',
        () => discord.commands().length > 0 && discord.gateway.sessions() > 0,
      );
      await until('the subscription', subscribe);
      confirmed.discord = true;
    }
    await until('the answers', () => {
      const { subscribed } = readChats(database);
      return [rooms.desk, rooms.old].every((room) => subscribed.includes(room));
    });
    if (!isAdded) telegram.addBot(fresh, eve);
    isAdded = true;
    await until('the greeting', () => readChats(database).deliveries.some(isIn(rooms.fresh)));
    if (!isRemoved) telegram.removeBot(old, eve);
    isRemoved = true;
    await until('the leaving', () => readChats(database).closed.includes(rooms.old));
    await until('everything to be told', () => waitingFor(readChats(database)).length === 0);
  }

  /** What must still be told, or settle, one line each. */
  function waitingFor({ deliveries }: StoredChats): string[] {
    const wanted = [
      [rooms.general, /raise/],
      [rooms.general, /update|repeat/],
      [rooms.desk, /raise/],
      [rooms.desk, /update|repeat/],
      [rooms.fresh, /greeting/],
    ] as const;
    const untold = wanted.filter(
      ([room, kind]) => !deliveries.some((row) => isIn(room)(row) && kind.test(row.kind)),
    );
    return [
      ...untold.map(([room, kind]) => `no ${kind.source} in ${room}`),
      ...deliveries
        .filter((row) => !isSettled(row))
        .map((row) => `${row.kind} (${row.delivery}) in ${row.chat} is ${row.state}`),
    ];
  }

  return {
    live,
    rooms,
    titles,
    confirmed,
    nonces: () =>
      discord.messages(guild.general).flatMap(({ nonce }) => (nonce === undefined ? [] : nonce)),
  };
}

function isIn(room: string): (row: { chat: string }) => boolean {
  return ({ chat }) => chat === room;
}
