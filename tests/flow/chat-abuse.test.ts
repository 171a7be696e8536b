import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assetId } from '../../src/signals/assets.ts';
import { makeReading } from '../fakes/make-reading.ts';
import { chatStack, LOOK, PLATFORM_NAMES } from './support/chat-stack.ts';
import {
  docNamed,
  EVIL_NAMES,
  expectInertOnDiscord,
  expectInertOnTelegram,
} from './support/inertness.ts';

type Stack = Awaited<ReturnType<typeof chatStack>>;

async function startedStack(options: Parameters<typeof chatStack>[0] = {}): Promise<Stack> {
  const stack = await chatStack(options);
  stack.start();
  await stack.connected();
  return stack;
}

/** Messages of the bot in the channel that everybody sees. */
function publicOnDiscord({ discord, guild }: Stack) {
  return discord.messages(guild.general).filter(({ ephemeral, deleted }) => !ephemeral && !deleted);
}

describe('names that want to be more than names', () => {
  it.each(EVIL_NAMES.map((name) => [name]))('ping nobody and format nothing: %j', async (name) => {
    const stack = await startedStack();
    for (const platform of PLATFORM_NAMES) {
      const id = await stack.alert(platform, '', { doc: docNamed(name) });
      await stack.becomes(id, platform, 'sent');
    }
    const [embed] = publicOnDiscord(stack);
    const [bubble] = stack.telegram.messages(stack.group);
    if (embed === undefined || bubble === undefined) throw new Error('nothing arrived');
    expectInertOnDiscord(embed);
    expectInertOnTelegram(bubble);
    // Sent as it is, not as the plain fallback.
    expect(embed.embeds).toHaveLength(1);
    expect(bubble.html).toContain('<b>');
    expect(JSON.stringify(stack.log.lines)).not.toMatch(/plain/);
  });

  it('ping nobody either when somebody types them and is quoted', async () => {
    const stack = await startedStack();
    const { discord, telegram, guild, bob, group, eve } = stack;
    for (const name of EVIL_NAMES) {
      const asked = await discord.slash(guild.general, bob, 'risk', { asset: name });
      await asked.settled();
      for (const message of [asked.message(), ...asked.followUps]) {
        if (message !== undefined) expectInertOnDiscord(message);
      }
      telegram.write(group, eve, `/risk ${name}`);
    }
    const answers = () => telegram.messages(group);
    await expect.poll(() => answers().length, LOOK).toBe(EVIL_NAMES.length);
    for (const answer of answers()) expectInertOnTelegram(answer);
    expect(stack.logged('command failed')).toEqual([]);
  });

  it('written as HTML entities stay what was written', async () => {
    const stack = await startedStack();
    const name = '&lt;b&gt; &amp;amp; <i>x</i> &#60;';
    const id = await stack.alert('telegram', '', { doc: docNamed(name) });
    await stack.becomes(id, 'telegram', 'sent');
    const text = stack.telegram.messages(stack.group)[0]?.text.replaceAll('\u2060', '');
    expect(text).toContain(`A fall of ${name}.`);
  });
});

describe('options', () => {
  const COMMANDS = ['risk', 'whatif', 'subscribe', 'unsubscribe', 'mute', 'deliveries', 'top'];

  it('empty or far too large get an answer, change nothing, and are no bug', async () => {
    const stack = await startedStack();
    const { discord, telegram, guild, ada, group, eve, store } = stack;
    const sizes = ['', ' ', 'x'.repeat(4_000), `BTC ${'5%'.repeat(1_900)}`, '🚨'.repeat(1_900)];
    let asked = 0;
    for (const command of COMMANDS) {
      for (const text of sizes) {
        telegram.write(group, eve, `/${command} ${text}`.trim());
        asked += 1;
      }
    }
    for (const value of ['', 'x'.repeat(6_000), '🚨'.repeat(3_000)]) {
      for (const [command, option] of [
        ['risk', 'asset'],
        ['subscribe', 'assets'],
      ] as const) {
        const interaction = await discord.slash(guild.general, ada, command, { [option]: value });
        await interaction.settled();
      }
    }
    await expect.poll(() => telegram.messages(group).length, LOOK).toBe(asked);
    expect(await store.subscriptions.all()).toEqual([]);
    expect(stack.logged('command failed')).toEqual([]);
    for (const name of PLATFORM_NAMES) await stack.answers(name);
  });

  it('for 500 subscriptions are refused as a whole, however they are asked for', async () => {
    const stack = await startedStack({ maxSubscriptionsPerChat: 20 });
    const { discord, telegram, guild, ada, group, eve, store } = stack;
    const coins = Array.from({ length: 500 }, (_, index) => `C${String(index).padStart(3, '0')}`);
    await store.readings.save(
      coins.map((name) => ({ status: 'ready', reading: makeReading({ name }) })),
    );
    const inOne = await discord.slash(guild.general, ada, 'subscribe', { assets: coins.join(',') });
    await inOne.settled();
    telegram.write(group, eve, `/subscribe ${coins.join(' ')}`);
    // Cut off anywhere it would mean something else.
    telegram.write(group, eve, `/subscribe C000${' '.repeat(1_000)}critical`);
    await expect.poll(() => telegram.messages(group).length, LOOK).toBe(2);
    expect(await store.subscriptions.all()).toEqual([]);

    for (const coin of coins.slice(0, 40)) {
      const one = await discord.slash(guild.general, ada, 'subscribe', { assets: coin });
      await one.settled();
      telegram.write(group, eve, `/subscribe ${coin}`);
    }
    await expect.poll(() => telegram.messages(group).length, LOOK).toBe(42);
    for (const name of PLATFORM_NAMES) {
      expect(await store.subscriptions.ofChat(stack.chats[name])).toHaveLength(20);
    }
    expect(telegram.messages(group).at(-1)?.text).toMatch(/20 are possible/);
    expect(await store.subscriptions.ofChat(stack.chats.discord)).toContainEqual(
      expect.objectContaining({ asset: assetId('C000') }),
    );
  });
});

describe('buttons', () => {
  const ACTIONS = [
    { label: 'Mute 8 h', command: 'mute', text: '8h' },
    { label: 'Unsubscribe', command: 'unsubscribe', text: 'all' },
  ];
  const FORGED = ['', 'x', 'cw1:', 'cw1:000000:mute 8h', 'cw2:000000:mute', 'mute 8h', '__proto__'];

  it('with data of another chat or forged data do nothing, and say so to the presser', async () => {
    const stack = await startedStack();
    const { discord, telegram, guild, ada, group, eve, store } = stack;
    await subscribeBoth(stack);
    const [embed, bubble] = await withButtons(stack);
    const own = {
      discord: embed.buttons[0]?.customId ?? '',
      telegram: bubble.buttons[0]?.[0]?.data ?? '',
    };
    // Of a client of one's own: any data, and what belongs to another room of the same server.
    const elsewhere = discord.addChannel(guild, { name: 'elsewhere' });
    const forged = [...FORGED, own.telegram].map((data) => [guild.general.id, data] as const);
    for (const [channelId, data] of [...forged, [elsewhere.id, own.discord] as const]) {
      discord.dispatch('INTERACTION_CREATE', {
        id: '1',
        application_id: discord.applicationId,
        type: 3,
        token: 'forged',
        guild_id: guild.id,
        channel_id: channelId,
        channel: { id: channelId, type: 0 },
        member: { user: { id: ada.id }, roles: [], permissions: '32', joined_at: '' },
        data: { component_type: 2, custom_id: data },
      });
    }
    const refusals = () =>
      discord.calls
        .filter(({ path }) => path.endsWith('/forged/callback'))
        .map(({ body }) => JSON.stringify(body));
    await expect.poll(() => refusals().length, LOOK).toBe(FORGED.length + 2);
    for (const refused of refusals()) {
      expect(refused).toContain('does not belong to this chat');
      expect(refused).toContain('"flags":64');
    }
    for (const data of [...FORGED, own.discord]) {
      const press = telegram.press(bubble, eve, { data });
      await expect.poll(() => press.answers.length, LOOK).toBe(1);
      expect(press.answers[0]).toMatchObject({ showAlert: true });
      expect(press.answers[0]?.text).toMatch(/do not know this button|another chat/);
    }
    await expectUnchanged(store, stack);
    expect(telegram.messages(group)).toHaveLength(1);
  });

  it('of people who were removed do nothing', async () => {
    const stack = await startedStack();
    const { discord, telegram, guild, ada, group, eve, store } = stack;
    await subscribeBoth(stack);
    const [embed, bubble] = await withButtons(stack);
    discord.removeMember(guild, ada);
    const pressed = await discord
      .press(embed, ada, { label: 'Unsubscribe' })
      .catch(() => undefined);
    if (pressed?.delivered === true) await pressed.settled();
    for (const status of ['left', 'kicked'] as const) {
      telegram.setMember(group, eve, status);
      const press = telegram.press(bubble, eve, { label: 'Unsubscribe' });
      await expect.poll(() => press.answers[0]?.text, LOOK).toMatch(/Only members/);
    }
    await expectUnchanged(store, stack);
  });

  const actionsDoc = () => ({ ...docNamed('ETH'), actions: ACTIONS });

  async function withButtons(stack: Stack) {
    for (const name of PLATFORM_NAMES) {
      const id = await stack.alert(name, '', { doc: actionsDoc() });
      await stack.becomes(id, name, 'sent');
    }
    const [embed] = publicOnDiscord(stack);
    const [bubble] = stack.telegram.messages(stack.group);
    if (embed === undefined || bubble === undefined) throw new Error('nothing arrived');
    return [embed, bubble] as const;
  }

  async function subscribeBoth({ store, chats }: Stack): Promise<void> {
    for (const name of PLATFORM_NAMES) {
      await store.subscriptions.add({
        chat: chats[name],
        asset: '*',
        rule: { kind: 'level', level: 'high' },
        sides: ['down'],
        createdAt: 0,
      });
    }
  }

  async function expectUnchanged(store: Stack['store'], { clock }: Stack): Promise<void> {
    expect(await store.subscriptions.all()).toHaveLength(PLATFORM_NAMES.length);
    expect(await store.subscriptions.mutes(clock.now())).toEqual([]);
  }
});

it('somebody who floods is told once, the others are served, and alerts come as before', async () => {
  const stack = await startedStack({ limits: { userPerMinute: 5 } });
  const { discord, telegram, guild, ada, bob, group, eve, kim } = stack;
  const FLOOD = 25;
  for (let count = 0; count < FLOOD; count += 1) telegram.write(group, eve, '/help');
  const flood = await Promise.all(
    Array.from({ length: FLOOD }, () => discord.slash(guild.general, ada, 'help')),
  );
  const ids = {
    discord: await stack.alert('discord', 'in the flood'),
    telegram: await stack.alert('telegram', 'in the flood'),
  };
  const byBob = await discord.slash(guild.general, bob, 'help');
  await byBob.settled();
  expect(byBob.message()?.deleted).toBe(false);
  const byKim = telegram.write(group, kim, '/help');
  const toKim = () =>
    telegram.messages(group).filter(({ replyTo }) => replyTo === byKim.messageId).length;
  await expect.poll(toKim, LOOK).toBe(1);
  for (const name of PLATFORM_NAMES) await stack.becomes(ids[name], name, 'sent');

  // In the channel: five answers, Bob's and the alert. Told to Ada alone, once: the limit.
  await expect.poll(() => publicOnDiscord(stack).length, LOOK).toBe(5 + 1 + 1);
  const whispers = flood.flatMap(({ followUps }) => followUps);
  expect(whispers.map(({ ephemeral }) => ephemeral)).toEqual([true]);
  expect(JSON.stringify(whispers[0]?.embeds)).toContain('You have asked a lot');
  // In the group: five answers and one explanation, Kim's answer and the alert.
  expect(telegram.messages(group)).toHaveLength(5 + 1 + 1 + 1);
  const told = telegram.messages(group).filter(({ text }) => text.includes('You have asked a lot'));
  expect(told).toHaveLength(1);
});

describe('an API host that answers with', () => {
  it.each([
    ['redirects', (url: string) => ({ redirect: url })],
    ['answers without end', () => ({ oversize: 9_000_000 })],
  ] as const)('%s gets nothing out of the platforms', async (_, kindOf) => {
    const seen: string[] = [];
    const trap = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.end('{"ok":true,"result":[]}');
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      trap.closeAllConnections();
      trap.close();
    });
    const stack = await startedStack();
    const kind = kindOf(`http://127.0.0.1:${(trap.address() as AddressInfo).port}/stolen`);
    const faults = [stack.discord.fault({ kind }), stack.telegram.fault({ kind })];
    const ids = { discord: '', telegram: '' };
    for (const name of PLATFORM_NAMES) ids[name] = await stack.alert(name, 'through it all');
    for (const name of PLATFORM_NAMES) {
      const attempts = async () => (await stack.rowOf(ids[name], name))?.attempts;
      await expect.poll(attempts, LOOK).toBeGreaterThan(0);
    }
    await expect.poll(() => stack.platforms.telegram.state().state, LOOK).toBe('connecting');
    for (const fault of faults) fault.remove();
    for (const name of PLATFORM_NAMES) {
      const state = async () => (await stack.rowOf(ids[name], name))?.state;
      await expect.poll(state, LOOK).toMatch(/^(sent|unverified)$/);
      await stack.answers(name);
    }
    expect(seen).toEqual([]);
  });
});
