import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChatStack, PlatformName } from './support/chat-stack.ts';
import { chatStack, LOOK, PLATFORM_NAMES } from './support/chat-stack.ts';
import { tcpGate } from './support/tcp-gate.ts';

interface Trouble {
  of: PlatformName;
  name: string;
  /** Begins it; gives what ends it. */
  begin(stack: ChatStack): () => void;
  /** What /readyz says of it meanwhile; absent: only sending suffers, or it is soon over. */
  said?: RegExp;
  /** It goes on by itself once the trouble is over; default true. */
  recovers?: false;
}

const other = (name: PlatformName): PlatformName => (name === 'discord' ? 'telegram' : 'discord');

function discordFault(name: string, kind: Parameters<ChatStack['discord']['fault']>[0]['kind']) {
  const begin = ({ discord }: ChatStack) => discord.fault({ kind }).remove;
  return { of: 'discord', name, begin } as const;
}

function telegramFault(
  name: string,
  kind: Parameters<ChatStack['telegram']['fault']>[0]['kind'],
  rest: { said?: RegExp; method?: string } = {},
): Trouble {
  const { method, ...more } = rest;
  return {
    of: 'telegram',
    name,
    begin: ({ telegram }) =>
      telegram.fault(method === undefined ? { kind } : { kind, method }).remove,
    ...more,
  };
}

const refusal = (code: number, description: string) => ({
  status: code,
  body: { ok: false, error_code: code, description },
});

const TROUBLES: readonly Trouble[] = [
  discordFault('answers 503', { status: 503, body: 'upstream' }),
  discordFault('resets connections', 'reset-before'),
  discordFault('never answers', 'silence-before'),
  {
    ...discordFault('refuses the token for a while', {
      status: 401,
      body: { message: '401: Unauthorized', code: 0 },
    }),
    said: /the token was refused: .*Developer Portal$/,
  },
  {
    of: 'discord',
    name: 'drops the gateway and refuses new connections',
    begin({ discord }) {
      discord.gateway.refuse(true);
      discord.gateway.drop();
      return () => discord.gateway.refuse(false);
    },
    said: /^discord is connecting/,
  },
  {
    of: 'discord',
    name: 'forgets the session (op 9)',
    begin({ discord }) {
      discord.gateway.invalidSession(false);
      return () => undefined;
    },
  },
  {
    of: 'discord',
    name: 'says no HELLO',
    begin({ discord }) {
      discord.gateway.mute(true);
      discord.gateway.drop();
      return () => discord.gateway.mute(false);
    },
    said: /^discord is connecting/,
  },
  {
    of: 'discord',
    name: 'answers no heartbeats',
    begin({ discord }) {
      discord.gateway.zombie(true);
      return () => discord.gateway.zombie(false);
    },
  },
  {
    of: 'discord',
    name: 'closes with 4004',
    begin({ discord }) {
      discord.gateway.close(4004);
      return () => undefined;
    },
  },
  {
    of: 'discord',
    name: 'closes with 4014',
    begin({ discord }) {
      discord.gateway.close(4014);
      return () => undefined;
    },
    said: /may not use the intents asked for/,
    recovers: false,
  },
  telegramFault('answers 500', { status: 500 }, { said: /Telegram answered 500/ }),
  telegramFault('answers 502 with a page', { status: 502, body: '<html>' }, { said: /502/ }),
  telegramFault('resets connections', 'reset-before', { said: /connection was cut/ }),
  telegramFault('never answers', 'silence-before', { said: /no answer in time/ }),
  telegramFault('lets the poll hang', 'silence-before', {
    method: 'getUpdates',
    said: /no answer in time/,
  }),
  telegramFault('has a second instance', refusal(409, 'Conflict: terminated by other getUpdates'), {
    method: 'getUpdates',
    said: /another instance receives with the same token/,
  }),
  telegramFault('refuses the token for a while', refusal(401, 'Unauthorized'), {
    said: /the token was refused: Telegram answered 401/,
  }),
];

describe.each(TROUBLES.map((trouble) => [`${trouble.of} ${trouble.name}`, trouble] as const))(
  'while %s',
  (_, { of, begin, said, recovers = true }) => {
    it('the other platform goes on, nothing is closed or lost, and it comes back by itself', async () => {
      const stack = await chatStack();
      const { platforms, store, chats } = stack;
      await store.subscriptions.add({
        chat: chats[of],
        asset: '*',
        rule: { kind: 'level', level: 'high' },
        sides: ['down'],
        createdAt: 0,
      });
      stack.start();
      await stack.connected();

      const end = begin(stack);
      const troubled = await stack.alert(of, 'told in trouble');
      const fine = await stack.alert(other(of), 'told elsewhere');
      await stack.becomes(fine, other(of), 'sent');
      await stack.answers(other(of));
      if (said !== undefined) {
        const problems = async () => (await stack.readiness()).problems;
        await expect.poll(problems, LOOK).toEqual([expect.stringMatching(said)]);
      }
      expect(stack.copies(other(of), 'told elsewhere')).toBe(1);

      end();
      const ended = async () => (await stack.rowOf(troubled, of))?.state;
      await expect.poll(ended, LOOK).toMatch(/^(sent|unverified)$/);
      const copies = stack.copies(of, 'told in trouble');
      if ((await ended()) === 'sent') expect(copies).toBe(1);
      else expect(copies).toBeLessThanOrEqual(1);
      if (recovers) {
        await stack.connected(of);
        await stack.answers(of);
      } else {
        expect(platforms[of].state().state).toBe('stopped');
        await stack.answers(other(of));
      }
      expect(await store.subscriptions.all()).toHaveLength(1);
    }, 60_000);
  },
);

it('a token revoked for good stops its platform quietly: messages wait, nothing is closed, the other delivers', async () => {
  for (const name of PLATFORM_NAMES) {
    const stack = await chatStack();
    stack.start();
    await stack.connected();
    stack[name].revokeToken();
    const waiting = await stack.alert(name, 'waits for a new token');
    await expect.poll(() => stack.platforms[name].state().state, LOOK).toBe('stopped');
    await expect
      .poll(async () => (await stack.rowOf(waiting, name))?.attempts, LOOK)
      .toBeGreaterThan(0);
    const callsBefore = stack[name].calls.length;
    await pause(1_000);
    // Seldom asked again: for a minute of its waits, which are one second here, only a few times.
    expect(stack[name].calls.length - callsBefore).toBeLessThan(12);
    expect(await stack.rowOf(waiting, name)).toMatchObject({ state: 'pending' });
    expect(stack.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    const elsewhere = await stack.alert(other(name), 'elsewhere');
    await stack.becomes(elsewhere, other(name), 'sent');
    await stack.answers(other(name));
    await stack.end();
  }
});

it('a token refused at the start is tried again after a while, and then works without a restart', async () => {
  const stack = await chatStack();
  const faults = [
    stack.discord.fault({ kind: { status: 401, body: { message: '401: Unauthorized', code: 0 } } }),
    stack.telegram.fault({ kind: refusal(401, 'Unauthorized') }),
  ];
  stack.start();
  const states = () => PLATFORM_NAMES.map((name) => stack.platforms[name].state().state);
  await expect.poll(states, LOOK).toEqual(['stopped', 'stopped']);
  // Asked more than once meanwhile.
  await expect.poll(() => stack.discord.calls.length, LOOK).toBeGreaterThan(1);
  expect(stack.log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  for (const fault of faults) fault.remove();
  await stack.connected();
  for (const name of PLATFORM_NAMES) await stack.answers(name);
}, 60_000);

it('connections refused at the start: it waits longer each time, and goes on when they are accepted', async () => {
  const before = await chatStack();
  const gates = {
    discord: await tcpGate(before.discord.url),
    telegram: await tcpGate(before.telegram.url),
  };
  const stack = await chatStack({
    apiUrls: { discord: gates.discord.url, telegram: gates.telegram.url },
  });
  // The gates lead to the fakes of the first stack, which has no program of its own.
  stack.start();
  const waiting = await stack.alert('telegram', 'from the beginning', {
    chat: before.chats.telegram,
  });
  for (const name of PLATFORM_NAMES) {
    await expect.poll(() => stack.platforms[name].state().detail, LOOK).toMatch(/refused|reached/);
  }
  const failures = () => stack.logged('Discord connection failed');
  await expect.poll(() => failures().length, LOOK).toBeGreaterThanOrEqual(4);
  const waits = failures().map(({ fields }) => Number(fields['waitMs']));
  expect(waits.slice(0, 4)).toEqual(waits.slice(0, 4).toSorted((a, b) => a - b));
  for (const name of PLATFORM_NAMES) await gates[name].open();
  for (const name of PLATFORM_NAMES) {
    await expect.poll(() => stack.platforms[name].state().state, LOOK).toBe('connected');
  }
  const row = async () =>
    (await stack.store.outbox.ofChat(before.chats.telegram, 10)).find(({ id }) => id === waiting);
  await expect.poll(async () => (await row())?.state, LOOK).toBe('sent');
  expect(before.copies('telegram', 'from the beginning')).toBe(1);
});

it('a handler that throws harms nobody but its own command', async () => {
  let isBroken = true;
  const stack = await chatStack({
    inbox: (inbox) => ({
      ...inbox,
      async handle(request) {
        if (isBroken) throw new TypeError('broken inbox');
        return await inbox.handle(request);
      },
      async suggestAssets() {
        throw new TypeError('broken inbox');
      },
    }),
  });
  stack.start();
  await stack.connected();
  const { discord, telegram, guild, ada, group, eve } = stack;
  await discord.slash(guild.general, ada, 'help');
  telegram.write(group, eve, '/help');
  const typed = { name: 'asset', value: 'B' };
  expect(await discord.autocomplete(guild.general, ada, 'risk', typed)).toEqual([]);
  await expect.poll(() => stack.logged('interaction failed').length, LOOK).toBe(1);
  await expect.poll(() => stack.logged('telegram update skipped: it broke').length, LOOK).toBe(1);
  isBroken = false;
  for (const name of PLATFORM_NAMES) await stack.answers(name);
});
