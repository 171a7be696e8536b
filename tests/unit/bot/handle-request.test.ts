import { expect, test } from 'vitest';
import { type CommandDefinition, defineCommand } from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createInbox, type InboxParts } from '../../../src/bot/handle-request.ts';
import type { CommandRequest } from '../../../src/bot/platforms/platform.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const CHAT = { platform: 'console', chatId: 'terminal' };
const NOW = Date.UTC(2026, 0, 1, 0, 1);

const breaks: CommandDefinition = defineCommand({
  name: 'breaks',
  summary: 'x',
  options: [],
  access: 'anyone',
  examples: [],
  run: () => Promise.reject(new TypeError('x is not a function')),
});

async function open(overrides: Partial<InboxParts> = {}) {
  const store = await openTempStore();
  await store.readings.save([{ status: 'ready', reading: makeReading({ scoreDown: 72 }) }]);
  const log = new RecordingLogger();
  const inbox = createInbox({
    commands: [...COMMANDS, breaks],
    store,
    status: async () => makeStatus(),
    settings: { maxSubscriptionsPerChat: 4, defaultAssets: [assetId('BTC'), assetId('ETH')] },
    now: () => NOW,
    log,
    drawFigure: async () => ({ kind: 'drawn', png: new Uint8Array([1]) }),
    makeId: () => 'abc123',
    ...overrides,
  });
  const ask = (command: string, text = '', extra: Partial<CommandRequest> = {}) =>
    inbox.handle({
      chat: CHAT,
      userId: 'somebody',
      mayManage: true,
      command,
      input: { text },
      ...extra,
    });
  return { store, log, ask };
}

test('an answer with a figure carries its picture', async () => {
  const { ask } = await open();
  const answer = await ask('RISK', 'eth');
  expect(answer.doc.title).toContain('ETH risk: down 72/100 high');
  expect(answer.png).toEqual(new Uint8Array([1]));
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

test('an unknown command is answered with the nearest ones and logs nothing', async () => {
  const { ask, log } = await open();
  expect((await ask('risky')).doc.title).toContain('Did you mean risk?');
  expect((await ask('frobnicate')).doc.title).toContain('Write /help');
  expect(log.lines).toEqual([]);
});

test('a mistake is explained and logs nothing', async () => {
  const { ask, log } = await open();
  const { doc } = await ask('subscribe', 'ETJ');
  expect(doc.title).toBe("I don't watch a coin called ETJ. Did you mean ETH?");
  expect(log.lines).toEqual([]);
});

test('a bug is answered with an id that is in the log, and shows nothing else', async () => {
  const { ask, log } = await open();
  const { doc } = await ask('breaks');
  expect(doc.title).toBe('Something broke (id abc123). It was logged; please try again.');
  const [line] = log.lines;
  expect(line?.level).toBe('error');
  expect(line?.fields).toMatchObject({
    id: 'abc123',
    command: 'breaks',
    cause: 'x is not a function',
  });
});

test('in a shared chat only those who may manage it change anything', async () => {
  const { ask, store } = await open();
  for (const command of ['subscribe', 'unsubscribe', 'mute', 'unmute']) {
    const { doc } = await ask(command, command === 'mute' ? '8h' : '', { mayManage: false });
    expect(doc.title, command).toBe('Only people who may manage this chat can do that here.');
  }
  expect(await store.subscriptions.ofChat(CHAT)).toEqual([]);
  expect((await ask('risk', 'eth', { mayManage: false })).doc.title).toContain('ETH risk');
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

test('neither the chat nor the person is ever logged', async () => {
  const { ask, log } = await open();
  await ask('breaks', '', { chat: { platform: 'x', chatId: 'chat-77' }, userId: 'user-88' });
  expect(JSON.stringify(log.lines)).not.toMatch(/chat-77|user-88/);
});
