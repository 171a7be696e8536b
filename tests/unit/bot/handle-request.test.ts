import { describe, expect, test } from 'vitest';
import type { ChatRef } from '../../../src/alerts/model.ts';
import { type CommandDefinition, defineCommand } from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createInbox, type InboxParts } from '../../../src/bot/handle-request.ts';
import { DEFAULT_COMMAND_LIMITS } from '../../../src/bot/inbox/limits.ts';
import type { CommandRequest } from '../../../src/bot/platforms/platform.ts';
import { createLiveReadings } from '../../../src/pipeline/live-readings.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { Store } from '../../../src/store/store.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const CHAT = { platform: 'scripted', chatId: 'room-77' };
const NOW = Date.UTC(2026, 0, 1, 0, 1);

const breaks: CommandDefinition = defineCommand({
  name: 'breaks',
  summary: 'x',
  options: [],
  access: 'anyone',
  examples: [],
  run: () => Promise.reject(new TypeError('x is not a function')),
});

/** As in the service: from memory, without waiting for the disk. */
async function openLiveStore(coins: readonly string[]): Promise<Store> {
  const store = await openTempStore();
  const readings = createLiveReadings(store.readings);
  await readings.save(coins.map((name) => ({ status: 'ready', reading: makeReading({ name }) })));
  return { ...store, readings };
}

async function open(overrides: Partial<InboxParts> = {}) {
  const store = await openTempStore();
  await store.readings.save([{ status: 'ready', reading: makeReading({ scoreDown: 72 }) }]);
  const log = new RecordingLogger();
  const realClock = new VirtualClock();
  let ids = 0;
  const inbox = createInbox({
    commands: [...COMMANDS, breaks],
    store,
    status: async () => makeStatus(),
    settings: {
      maxSubscriptionsPerChat: 4,
      maxSubscriptionsPerPlace: 6,
      defaultAssets: [assetId('BTC'), assetId('ETH')],
    },
    now: () => NOW,
    realClock,
    log,
    drawFigure: async () => ({ kind: 'drawn', png: new Uint8Array([1]) }),
    nextId: () => {
      ids += 1;
      return `id${ids}`;
    },
    makeId: () => 'abc123',
    ...overrides,
  });
  const ask = (command: string, text = '', extra: Partial<CommandRequest> = {}) =>
    inbox.handle({
      chat: CHAT,
      userId: 'user-88',
      mayManage: async () => true,
      command,
      input: { text },
      ...extra,
    });
  return { store, log, ask, inbox, realClock };
}

describe('answers', () => {
  test('one with a figure carries its picture', async () => {
    const { ask } = await open();
    const answer = await ask('RISK', 'eth');
    expect(answer.doc.title).toContain('ETH risk: down 72/100 high');
    expect(answer.png).toEqual(new Uint8Array([1]));
    expect(answer).not.toHaveProperty('failed');
  });

  test('a platform that draws by itself gets the figure and no picture', async () => {
    const drawFigure = () => Promise.reject(new Error('must not be asked'));
    const { ask, log } = await open({ drawFigure });
    const answer = await ask('risk', 'eth', { draw: false });
    expect(answer.doc.figure).toBeDefined();
    expect(answer).not.toHaveProperty('png');
    expect(log.lines).toEqual([]);
  });

  test.each([
    async () => ({ kind: 'failed' as const, reason: 'no fonts' }),
    async () => Promise.reject(new Error('no fonts')),
  ])('a picture that fails leaves the text', async (drawFigure) => {
    const { ask, log } = await open({ drawFigure });
    const answer = await ask('risk', 'eth');
    expect(answer.doc.title).toContain('ETH risk');
    expect(answer).not.toHaveProperty('png');
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  test('options of a form are the same request as a typed line', async () => {
    const { ask } = await open();
    const typed = await ask('whatif', 'eth 5%');
    const form = await ask('whatif', '', { input: { options: { asset: 'eth', percent: '5%' } } });
    expect(form).toEqual(typed);
  });

  test('a chat that was closed is open again once somebody writes there', async () => {
    const { ask, store } = await open();
    await ask('subscribe', 'eth');
    await store.subscriptions.closeChat(CHAT, 'gone', NOW);
    expect(await store.subscriptions.all()).toEqual([]);
    await ask('help');
    expect(await store.subscriptions.all()).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('an unknown command is answered with the nearest ones and logs nothing', async () => {
    const { ask, log } = await open();
    const answer = await ask('risky');
    expect(answer.doc.title).toContain('Did you mean risk?');
    expect(answer.failed).toBe('mistake');
    expect((await ask('frobnicate')).doc.title).toContain('Write /help');
    expect(log.lines).toEqual([]);
  });

  test('a mistake is explained and logs nothing', async () => {
    const { ask, log } = await open();
    const { doc, failed } = await ask('subscribe', 'ETJ');
    expect(doc.title).toBe("I don't watch a coin called ETJ. Did you mean ETH?");
    expect(failed).toBe('mistake');
    expect(log.lines).toEqual([]);
  });

  test('a bug is answered with an id that is in the log, and shows nothing else', async () => {
    const { ask, log } = await open();
    const { doc, failed } = await ask('breaks');
    expect(doc.title).toBe('Something broke (id abc123). It was logged; please try again.');
    expect(failed).toBe('bug');
    const [line] = log.lines;
    expect(line?.level).toBe('error');
    expect(line?.fields).toMatchObject({
      id: 'abc123',
      command: 'breaks',
      cause: 'x is not a function',
    });
  });

  test('neither the chat nor the person nor what was typed is ever logged', async () => {
    const { ask, log } = await open();
    await ask('breaks');
    await ask('private-words');
    await ask('mute', '8h', {
      mayManage: () => Promise.reject(new Error('cannot read user-88 of room-77')),
    });
    expect(log.lines).toHaveLength(2);
    expect(JSON.stringify(log.lines)).not.toMatch(/room-77|user-88|private-words/);
  });
});

describe('rights', () => {
  const MANAGING = COMMANDS.filter(({ access }) => access === 'manage').map(({ name }) => name);

  test('only those who may manage the chat change anything; everybody may ask', async () => {
    const { ask, store } = await open();
    const mayManage = async () => false;
    expect(MANAGING).toEqual(['mute', 'subscribe', 'test', 'unmute', 'unsubscribe']);
    for (const command of MANAGING) {
      const answer = await ask(command, command === 'mute' ? '8h' : '', { mayManage });
      expect(answer.doc.title).toBe('Only people who may manage this chat can do that here.');
      expect(answer.failed).toBe('denied');
    }
    expect(await store.subscriptions.ofChat(CHAT)).toEqual([]);
    expect(await store.outbox.ofChat(CHAT, 10)).toEqual([]);
    expect((await ask('risk', 'eth', { mayManage })).doc.title).toContain('ETH risk');
  });

  test('are asked for only where they are needed', async () => {
    const { ask } = await open();
    let asked = 0;
    const mayManage = async () => {
      asked += 1;
      return true;
    };
    for (const { name, access } of COMMANDS) {
      asked = 0;
      await ask(name, name === 'mute' ? '8h' : '', { mayManage, userId: name });
      expect(asked, name).toBe(access === 'manage' ? 1 : 0);
    }
  });

  test.each([
    ['refused', () => Promise.reject(new Error('no'))],
    [
      'thrown',
      () => {
        throw new Error('no');
      },
    ],
    ['never given', () => new Promise<boolean>(() => {})],
  ])('that are %s are not there, and the person may try again', async (_, mayManage) => {
    const { ask, store, log, realClock } = await open();
    const asking = ask('subscribe', 'eth', { mayManage });
    await realClock.advance(60_000);
    const { doc, failed } = await asking;
    expect(doc.title).toBe(
      'I could not find out whether you may manage this chat; please try again.',
    );
    expect(failed).toBe('denied');
    expect(await store.subscriptions.ofChat(CHAT)).toEqual([]);
    expect(log.lines.map(({ message }) => message)).toEqual(['rights not found out']);
    expect((await ask('subscribe', 'eth')).doc.title).toBe('Subscribed: ETH');
  });
});

describe('a flood', () => {
  test('is answered, then explained once, then called repeated, and does not touch others', async () => {
    const { ask, realClock } = await open();
    const answers = [];
    for (let count = 0; count < 40; count += 1) answers.push(await ask('risk', 'eth'));
    expect(answers.filter(({ failed }) => failed === undefined)).toHaveLength(20);
    expect(answers[20]).toMatchObject({
      failed: 'limited',
      doc: {
        title:
          'You have asked a lot within a minute. I answer again in 15 s; alerts come all the same.',
      },
    });
    expect(answers[20]).not.toHaveProperty('repeated');
    expect(
      answers.slice(21).every(({ failed, repeated }) => failed === 'limited' && repeated),
    ).toBe(true);
    expect(await ask('risk', 'eth', { userId: 'other' })).not.toHaveProperty('failed');
    await realClock.advance(15_000);
    expect(await ask('risk', 'eth')).not.toHaveProperty('failed');
  });

  test('of commands that do not exist counts the same', async () => {
    const { ask } = await open();
    for (let count = 0; count < 20; count += 1) await ask('x');
    expect((await ask('x')).failed).toBe('limited');
  });

  test('never stops the terminal', async () => {
    const { ask } = await open();
    const chat = { platform: 'console', chatId: 'terminal' };
    for (let count = 0; count < 100; count += 1) {
      expect(await ask('risk', 'eth', { chat })).not.toHaveProperty('failed');
    }
  });

  test('of heavy commands is limited by the time they took, drawing included', async () => {
    const realClock = new VirtualClock();
    const { ask } = await open({
      realClock,
      drawFigure: async () => {
        await realClock.advance(6_000);
        return { kind: 'drawn', png: new Uint8Array([1]) };
      },
    });
    expect((await ask('risk', 'eth')).png).toBeDefined();
    expect((await ask('risk', 'eth')).png).toBeDefined();
    expect(await ask('help')).toMatchObject({ failed: 'limited' });
    expect(await ask('help', '', { userId: 'other' })).not.toHaveProperty('failed');
  });

  test('at one moment is worked on in part, waits in part, and the rest is told it is busy', async () => {
    const begun: (() => void)[] = [];
    const slow = defineCommand({
      ...breaks,
      name: 'slow',
      run: async () => {
        await new Promise<void>((resolve) => begun.push(resolve));
        return { title: 'done', tone: 'info', blocks: [] };
      },
    });
    const { ask } = await open({
      commands: [slow],
      limits: { ...DEFAULT_COMMAND_LIMITS, atOnce: 2, mostWaiting: 3 },
    });
    const asking = Array.from({ length: 7 }, (_, index) =>
      ask('slow', '', { userId: `u${index}` }),
    );
    for (const busy of await Promise.all(asking.slice(5))) {
      expect(busy).toMatchObject({
        failed: 'limited',
        doc: { title: 'I am busy right now; please try again in a moment.' },
      });
    }
    let ended = 0;
    while (ended < 5) {
      expect(begun.length - ended).toBeLessThanOrEqual(2);
      begun[ended]?.();
      if (begun[ended] !== undefined) ended += 1;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const answers = await Promise.all(asking.slice(0, 5));
    expect(answers.map(({ doc }) => doc.title)).toEqual(Array(5).fill('done'));
  });

  test('of subscriptions at one moment stays within the caps', async () => {
    // None waits for the disk, so all of them look before the first one writes.
    const store = await openLiveStore(Array.from({ length: 30 }, (_, index) => `C${index}`));
    const { ask } = await open({ store });
    const asked = Array.from({ length: 10 }, (_, index) =>
      ask('subscribe', `C${2 * index},C${2 * index + 1}`, {
        chat: { ...CHAT, thread: `topic ${index % 3}` },
        userId: `u${index}`,
      }),
    );
    const done = (await Promise.all(asked)).filter(({ failed }) => failed === undefined);
    expect(done).toHaveLength(3);
    expect(await store.places.subscriptionCount(CHAT)).toBe(6);
  });
});

describe('what the bot may not do', () => {
  test('comes from the platform, whose slowness neither holds up nor costs the person', async () => {
    const { ask, realClock } = await open({ store: await openLiveStore(['ETH']) });
    const missing = await ask('subscribe', 'eth', {
      missingPermissions: async () => ['attach files'],
    });
    expect(linesOf(missing.doc)[1]).toContain('I may not attach files here');
    for (let count = 0; count < 5; count += 1) {
      const asking = ask('subscribe', 'eth', {
        missingPermissions: () => new Promise<string[]>(() => {}),
      });
      await realClock.advance(4_000);
      expect((await asking).doc.title).toBe('Subscribed: ETH');
    }
  });
});

test('a test alert wakes the delivery of its platform', async () => {
  const woken: string[] = [];
  const { ask, store } = await open({ wake: (platform) => woken.push(platform) });
  expect((await ask('test')).doc.title).toBe('A test alert is on its way');
  expect(woken).toEqual(['scripted']);
  expect(await store.outbox.ofChat(CHAT, 5)).toMatchObject([{ id: 'id1', kind: 'test' }]);
});

test('what a platform tells of itself is kept: places, greetings, positions, answers', async () => {
  const { inbox, store } = await open();
  const place = { platform: CHAT.platform, chatId: CHAT.chatId };
  await inbox.joined(CHAT, { greet: true });
  await inbox.joined(CHAT, { greet: true });
  expect(await inbox.position('scripted')).toBeUndefined();
  await inbox.commit('scripted', 7, [{ chat: CHAT, doc: makeDoc(), replyTo: '1' }]);
  expect(await inbox.position('scripted')).toBe(7);
  const kinds = async (chat: ChatRef) =>
    (await store.outbox.ofChat(chat, 10)).map(({ kind, state }) => `${kind} ${state}`).sort();
  expect(await kinds(CHAT)).toEqual(['greeting pending', 'reply pending']);
  const moved = { ...place, chatId: 'room-78' };
  await inbox.moved(place, moved.chatId);
  expect(await kinds(moved)).toEqual(['greeting pending', 'reply pending']);
  await inbox.left(moved, 'the bot was removed');
  expect(await kinds(moved)).toEqual(['greeting refused', 'reply refused']);
});

describe('coins suggested while typing', () => {
  test('come from what is watched', async () => {
    const { inbox } = await open();
    expect(await inbox.suggestAssets('e', 25)).toEqual(['ETH']);
  });

  test('are none when the store fails, and that is logged', async () => {
    const store = await openTempStore();
    const readings = { ...store.readings, all: () => Promise.reject(new Error('disk')) };
    const { inbox, log } = await open({ store: { ...store, readings } });
    expect(await inbox.suggestAssets('e', 25)).toEqual([]);
    expect(log.lines.map(({ message }) => message)).toEqual(['no coins suggested']);
  });
});
