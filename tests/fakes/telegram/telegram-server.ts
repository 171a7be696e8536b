import { createFaults } from './faults.ts';
import { type Api, listen } from './http-server.ts';
import { createPacer, noPacing } from './pacing.ts';
import * as membership from './people-membership.ts';
import { press, rewrite, write } from './people-writing.ts';
import { Refusal } from './refusal.ts';
import type { FakeTelegram, StartOptions } from './types.ts';
import { createUpdateQueue } from './update-queue.ts';
import { deliverUpdates } from './webhook-delivery.ts';
import { findEntry, removeEntry, roomOf, type World } from './world.ts';

export type { FakeTelegram } from './types.ts';

/**
 * A Telegram Bot API on loopback, in this process, as strict as the platform: refusals, member
 * states, privacy mode, long poll and webhook, and faults on request.
 */
export async function startTelegram(options: StartOptions): Promise<FakeTelegram> {
  const world = createWorld(options);
  const api: Api = {
    world,
    token: options.token,
    revoked: false,
    calls: [],
    faults: createFaults(),
    closed: new AbortController(),
  };
  const { server, url } = await listen(api);
  return {
    url,
    botId: world.bot.id,
    botUsername: world.bot.username,
    async close() {
      api.closed.abort();
      world.updates.close();
      const done = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await done;
    },
    addUser: (user) => membership.addUser(world, user),
    addChat: (chat) => membership.addChat(world, chat),
    setMember: (chat, user, status, rights) =>
      membership.setMember(world, chat, user, status, rights),
    addTopic: (chat, name, by) => membership.addTopic(world, chat, name, by),
    closeTopic: (chat, threadId) => membership.closeTopic(world, chat, threadId),
    write: (chat, from, text, how) => write(world, chat, from, text, how),
    edit: (message, text) => rewrite(world, message, text),
    press: (message, from, which) => press(world, message, from, which),
    addBot: (chat, by) => membership.addBot(world, chat, by),
    removeBot: (chat, by, how) => membership.removeBot(world, chat, by, how),
    setBotRights: (chat, rights, status) => membership.setBotRights(world, chat, rights, status),
    block: (user) => membership.setBlocked(world, user, true),
    unblock: (user) => membership.setBlocked(world, user, false),
    deactivate: (user) => membership.deactivate(world, user),
    migrate: (chat) => membership.migrate(world, chat),
    deleteMessage(chat, messageId) {
      const entry = findEntry(roomOf(world, chat), messageId);
      if (entry === undefined) throw new Error(`no message ${messageId} to delete`);
      removeEntry(entry);
    },
    pushUpdate: (raw) => world.updates.pushRaw(raw),
    messages: (chat) => roomOf(world, chat).entries.flatMap(({ own }) => own?.seen ?? []),
    calls: api.calls,
    commands: world.commands,
    fault: (rule) => api.faults.add(rule),
    revokeToken() {
      api.revoked = true;
      world.updates.displace(new Refusal(401, 'Unauthorized'));
    },
    webhook() {
      if (world.webhook === undefined) return undefined;
      const { lastError: _, ...webhook } = world.webhook;
      return webhook;
    },
    deliverWebhook: (origin) => deliverUpdates(world, origin),
  };
}

function createWorld({ token, now = Date.now, pacing, repeatHoldMs = 0 }: StartOptions): World {
  const id = Number(/^(\d+):.+$/.exec(token)?.[1]);
  if (!(id > 0)) throw new Error('a token is <bot id>:<secret>');
  return {
    now,
    bot: { id, username: 'fake_watch_bot' },
    rooms: new Map(),
    photos: new Map(),
    presses: new Map(),
    commands: new Map(),
    webhook: undefined,
    updates: createUpdateQueue(now, repeatHoldMs),
    pacer: pacing ? createPacer(now) : noPacing,
    lastMessageId: 0,
    lastId: 0,
  };
}
