import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageDoc } from '../../../../src/alerts/message-doc.ts';
import { COMMANDS } from '../../../../src/bot/commands.gen.ts';
import { createInbox } from '../../../../src/bot/handle-request.ts';
import { parseOptions } from '../../../../src/bot/options/parse-options.ts';
import type { CommandRequest } from '../../../../src/bot/platforms/platform.ts';
import { CommandError } from '../../../../src/errors.ts';
import { assetId } from '../../../../src/signals/assets.ts';
import { makeReading } from '../../../fakes/make-reading.ts';
import { makeStatus } from '../../../fakes/make-status.ts';
import { linesOf } from '../../../fakes/message-lines.ts';
import { RecordingLogger } from '../../../fakes/recording-logger.ts';
import { openTempStore } from '../../../fakes/temp-store.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

const HOSTILE = [
  '',
  ' ',
  '\u0000',
  '\u001b[2J\u0007',
  '\u202e\u2066abc\u2069',
  '\u200b\u200b',
  '\ud800',
  '1e309',
  '-1e309',
  'Infinity',
  'NaN',
  '0x10',
  '9'.repeat(400),
  '99999w99999w',
  '5%'.repeat(300),
  'x'.repeat(10_240),
  `5${' '.repeat(10_240)}x`,
  '🚨'.repeat(5_000),
  ','.repeat(10_240),
  'BTC,'.repeat(2_500),
  'é́́'.repeat(900),
  '__proto__',
  'constructor',
  'all,BTC',
  '@everyone <@1> [x](http://y) <b>',
] as const;
const FORBIDDEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

async function open() {
  const store = await openTempStore();
  await store.readings.save(
    ['BTC', 'ETH'].map((name) => ({ status: 'ready', reading: makeReading({ name }) })),
  );
  const log = new RecordingLogger();
  let ids = 0;
  const inbox = createInbox({
    commands: COMMANDS,
    store,
    status: async () => makeStatus(),
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 100,
      defaultAssets: [assetId('BTC')],
    },
    now: () => Date.UTC(2026, 0, 1),
    realClock: new VirtualClock(),
    unlimited: ['scripted'],
    log,
    drawFigure: async () => ({ kind: 'failed', reason: 'not here' }),
    nextId: () => {
      ids += 1;
      return `id${ids}`;
    },
  });
  const ask = (command: string, input: CommandRequest['input']) =>
    inbox.handle({
      chat: { platform: 'scripted', chatId: 'a' },
      userId: 'u',
      mayManage: async () => true,
      draw: false,
      command,
      input,
    });
  return { ask, log };
}

function expectDecent(doc: MessageDoc): void {
  expect([...doc.title].length).toBeLessThanOrEqual(256);
  const lines = linesOf(doc);
  expect(lines.join('').length).toBeLessThan(6_000);
  for (const line of lines) expect(line).not.toMatch(FORBIDDEN);
}

const NAMED = COMMANDS.flatMap((command) => command.options.map((option) => ({ command, option })));

test.each(NAMED)('/$command.name takes any $option.name for what it is', async (named) => {
  const { command, option } = named;
  const others = command.options.filter(({ required, name }) => required && name !== option.name);
  const { ask, log } = await open();
  for (const value of HOSTILE) {
    const options = Object.fromEntries([
      ...others.map(({ name, type }) => [name, type === 'move' ? '5' : 'BTC']),
      [option.name, value],
    ]);
    const { doc, failed } = await ask(command.name, { options });
    expect(failed, JSON.stringify(value)).not.toBe('bug');
    expectDecent(doc);
  }
  expect(log.lines).toEqual([]);
});

test.each(HOSTILE)('an option called %j is refused by name, cut short', async (name) => {
  for (const command of COMMANDS) {
    const refused = () => parseOptions(command, { [name]: 'BTC' });
    expect(refused).toThrow(CommandError);
    expect(refused).toThrow(/^.{1,200}$/s);
  }
});

test('a hostile command or line is answered', async () => {
  const { ask, log } = await open();
  for (const text of HOSTILE) {
    for (const { name } of COMMANDS) {
      const { doc, failed } = await ask(name, { text });
      expect(failed, JSON.stringify(text)).not.toBe('bug');
      expectDecent(doc);
    }
    const { doc, failed } = await ask(text, { text: '' });
    expect(failed).toBe('mistake');
    expectDecent(doc);
  }
  expect(log.lines).toEqual([]);
});

test('whatever a form or a line holds, the answer is decent and never a bug', async () => {
  const { ask, log } = await open();
  const names = [...new Set(NAMED.map(({ option }) => option.name)), '__proto__', 'x'];
  const value = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.constantFrom('BTC', 'high', 'both', '3%', '8h', 'all'),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.double().map(String),
  );
  const input = fc.oneof(
    fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }).map((options) => ({ options })),
    fc.array(value, { maxLength: 5 }).map((words) => ({ text: words.join(' ') })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom(...COMMANDS.map(({ name }) => name)), value),
      input,
      async (command, given) => {
        const { doc, failed } = await ask(command, given);
        expect(failed).not.toBe('bug');
        expectDecent(doc);
      },
    ),
    { seed: 3, numRuns: 300 },
  );
  expect(log.lines).toEqual([]);
});
