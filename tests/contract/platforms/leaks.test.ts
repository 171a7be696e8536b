import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, PlatformMessage } from '../../../src/bot/platforms/platform.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { DISCORD_TOKEN, TELEGRAM_TOKEN } from '../../flow/support/chat-service.ts';
import {
  type ChatStack,
  chatStack,
  LOOK,
  PLATFORM_NAMES,
  type PlatformName,
} from '../../flow/support/chat-stack.ts';

/** What a message says, and what people write. */
const ALERT_TEXT = 'alert-words-4711';
const TYPED_TEXT = 'TYPEDWORDS4711';
const PERSON = 'nameoftheperson4711';
const NEVER = new AbortController().signal;

/** In every way a token could be written by accident, whole or in its secret parts. */
function formsOf(token: string): string[] {
  const parts = token.split(/[.:]/).filter((part) => part.length >= 20);
  return [token, ...parts].flatMap((text) => [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
    Buffer.from(`Bot ${text}`).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('hex'),
  ]);
}

/** A server (or a proxy before it) that repeats in its answer what it was told. */
const ECHO = `${DISCORD_TOKEN} /bot${TELEGRAM_TOKEN}/sendMessage ${ALERT_TEXT} ${TYPED_TEXT} ${PERSON}`;
const HEADERS = { 'X-Echo': ECHO, 'Set-Cookie': `echo=${encodeURIComponent(ECHO)}` };

const said = (status: number) => ({
  status,
  headers: HEADERS,
  body: {
    ok: false,
    error_code: status,
    description: `Bad Request: ${ECHO}`,
    message: ECHO,
    code: 50035,
    errors: { content: { _errors: [{ code: ECHO, message: ECHO }] } },
  },
});

const FAULTS = [
  ['400 that quotes', said(400)],
  ['403 that quotes', said(403)],
  ['404 that quotes', said(404)],
  ['409 that quotes', said(409)],
  ['413 that quotes', said(413)],
  ['500 that quotes', said(500)],
  ['502 with a page that quotes', { status: 502, headers: HEADERS, body: `<html>${ECHO}` }],
  ['200 that is no answer', { status: 200, headers: HEADERS, body: { ok: true, result: ECHO } }],
  ['200 that is no JSON', { status: 200, headers: HEADERS, body: `{"${ECHO}` }],
  ['a redirect that quotes', { redirect: `http://127.0.0.1:9/${encodeURIComponent(ECHO)}` }],
  ['a reset before', 'reset-before'],
  ['a reset after', 'reset-after'],
  ['silence before', 'silence-before'],
  ['silence after', 'silence-after'],
  ['garbage', 'garbage'],
  ['an endless answer', { oversize: 6_000_000 }],
  // The last: after it a platform is quiet for a while.
  ['401 that quotes', said(401)],
] as const;

type Fault = (typeof FAULTS)[number][1];

function breakBoth(stack: ChatStack, kind: Fault, times?: number): () => void {
  const rule = times === undefined ? { kind } : { kind, times };
  const faults = [stack.discord.fault(rule), stack.telegram.fault(rule)];
  return () => {
    for (const fault of faults) fault.remove();
  };
}

/** People do with the bot what they can; how it ends is not the matter here. */
function useEverything(stack: ChatStack): string[] {
  const { discord, telegram, guild, group } = stack;
  const onDiscord = discord.addUser({ name: PERSON });
  discord.addMember(guild, onDiscord);
  const onTelegram = telegram.addUser({ firstName: PERSON, username: PERSON });
  telegram.setMember(group, onTelegram, 'administrator');
  for (const command of ['risk', 'subscribe', TYPED_TEXT]) {
    telegram.write(group, onTelegram, `/${command} ${TYPED_TEXT}`);
    telegram.write(onTelegram, onTelegram, `/${command} ${TYPED_TEXT}`);
  }
  telegram.pushUpdate({ message: { text: TYPED_TEXT, from: { first_name: PERSON } } });
  telegram.pushUpdate({ callback_query: { id: 7, data: TYPED_TEXT } });
  // Never answered, it would take three seconds to say so.
  void discord
    .slash(guild.general, onDiscord, 'risk', { asset: TYPED_TEXT })
    .catch(() => undefined);
  for (const event of ['INTERACTION_CREATE', 'GUILD_CREATE', 'CHANNEL_UPDATE']) {
    discord.dispatch(event, { id: TYPED_TEXT, guild_id: 7, data: { custom_id: PERSON } });
  }
  return [onDiscord.id, `:${onTelegram.id}`, String(onTelegram.id)];
}

async function sendEverything(stack: ChatStack): Promise<DeliveryOutcome[]> {
  const doc = makeDoc({
    title: ALERT_TEXT,
    blocks: [{ kind: 'text', text: ALERT_TEXT }],
    actions: [{ label: ALERT_TEXT.slice(0, 20), command: 'mute', text: '8h' }],
  });
  const sends = PLATFORM_NAMES.flatMap((name) =>
    [{}, { editOf: name === 'discord' ? '1234567890123456789' : 't1' }].map((rest, index) => {
      const message: PlatformMessage = {
        id: `leak-${name}-${index}`,
        chat: stack.chats[name],
        doc,
        silent: false,
        severity: 3,
        kind: 'raise',
        ...rest,
      };
      return stack.platforms[name].send(message, NEVER);
    }),
  );
  return await Promise.all(sends);
}

/** Everything that is told to operators, as deeply as it goes. */
async function everythingTold(stack: ChatStack, outcomes: unknown): Promise<string> {
  const checks = await Promise.all(PLATFORM_NAMES.map((name: PlatformName) => stack.check(name)));
  const told = [
    stack.log.lines,
    outcomes,
    checks,
    PLATFORM_NAMES.map((name) => stack.platforms[name].state()),
    await stack.readiness(),
    await stack.metrics.text(),
  ];
  return `${inspect(told, { depth: 20, maxStringLength: null, maxArrayLength: null })}${JSON.stringify(told)}`;
}

function expectNothingPrivate(told: string, ids: readonly string[], when = ''): void {
  const forbidden = [
    ...formsOf(DISCORD_TOKEN),
    ...formsOf(TELEGRAM_TOKEN),
    ALERT_TEXT,
    TYPED_TEXT,
    PERSON,
    ...ids,
  ];
  for (const hidden of forbidden) {
    const at = told.indexOf(hidden);
    // Excerpts: the whole is too much to read.
    expect(at < 0 ? '' : `${hidden} ${when}: ${told.slice(Math.max(0, at - 200), at + 200)}`).toBe(
      '',
    );
  }
}

describe('tokens, texts and people stay out of what operators see', () => {
  it('through every fault, one after the other, while it runs', async () => {
    const stack = await chatStack();
    stack.start();
    await stack.connected();
    const ids: string[] = [];
    for (const [name, kind] of FAULTS) {
      const mend = breakBoth(stack, kind);
      for (const platform of PLATFORM_NAMES) {
        await stack.alert(platform, ALERT_TEXT, { severity: 3 });
      }
      ids.push(...useEverything(stack));
      const outcomes = await sendEverything(stack);
      const rows = await Promise.all(
        PLATFORM_NAMES.map((platform) => stack.store.outbox.ofChat(stack.chats[platform], 500)),
      );
      const reasons = rows.flat().map(({ state, reason }) => [state, reason]);
      expectNothingPrivate(await everythingTold(stack, [outcomes, reasons]), ids, name);
      expect(
        outcomes.some(({ kind: end }) => end !== 'sent'),
        name,
      ).toBe(true);
      mend();
      await stack.connected('telegram');
    }
    for (const platform of PLATFORM_NAMES) {
      // Whatever it stopped for, a message that is taken shows that the token works.
      await sendEverything(stack);
      await stack.connected(platform);
    }
    expectNothingPrivate(await everythingTold(stack, []), ids, 'afterwards');
  }, 120_000);

  it('through every fault at the start', async () => {
    const stack = await chatStack();
    for (const [name, kind] of FAULTS) if (!name.startsWith('401')) breakBoth(stack, kind, 1);
    stack.start();
    await expect
      .poll(() => PLATFORM_NAMES.map((name) => stack.platforms[name].state().state), LOOK)
      .toEqual(['connected', 'connected']);
    expect(stack.log.lines.length).toBeGreaterThan(5);
    expectNothingPrivate(await everythingTold(stack, []), []);
  }, 60_000);

  it('a wrong token, from the start', async () => {
    const stack = await chatStack({
      tokens: { discord: `${DISCORD_TOKEN}-wrong`, telegram: `${TELEGRAM_TOKEN}-wrong` },
    });
    stack.start();
    for (const name of PLATFORM_NAMES) {
      await expect.poll(() => stack.platforms[name].state().state, LOOK).toBe('stopped');
    }
    expectNothingPrivate(await everythingTold(stack, await sendEverything(stack)), []);
  });

  it('tokens no client can send: with line ends, letters of another script, percent signs', async () => {
    for (const odd of ['\r\nX-Evil: 1', 'ключ', '%2F..%2F', '/../', '?x=', '#']) {
      const stack = await chatStack({
        tokens: { discord: `${DISCORD_TOKEN}${odd}`, telegram: `${TELEGRAM_TOKEN}${odd}` },
      });
      stack.start();
      const told = async () => await everythingTold(stack, await sendEverything(stack));
      expectNothingPrivate(await told(), []);
      for (const name of PLATFORM_NAMES) {
        expect(stack.platforms[name].state().state).not.toBe('connected');
      }
      await stack.end();
    }
  });
});

it('the search for secrets finds them', () => {
  const basic = Buffer.from(`Bot ${DISCORD_TOKEN}`).toString('base64');
  for (const told of [
    `x${TELEGRAM_TOKEN}`,
    encodeURIComponent(TELEGRAM_TOKEN),
    basic,
    DISCORD_TOKEN.split('.')[0] ?? '',
    inspect(new Error('outer', { cause: new Error(ALERT_TEXT) })),
  ]) {
    expect(() => expectNothingPrivate(told, [])).toThrow();
  }
});
