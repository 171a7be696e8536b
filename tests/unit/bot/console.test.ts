import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import { createConsolePlatform } from '../../../src/bot/platforms/console.ts';
import type { Answer, CommandRequest } from '../../../src/bot/platforms/platform.ts';
import { makeInbox } from '../../fakes/make-inbox.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { makeSide } from '../../fakes/make-reading.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const NEVER = new AbortController().signal;
const CHAT = { platform: 'console', chatId: 'terminal' };
const FIGURE: MessageDoc['figure'] = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 2500,
  at: Date.UTC(2026, 0, 1),
  caption: '',
  sides: [{ side: 'down', level: 'high', profile: makeSide('down', 70).profile }],
};

async function open(options: Parameters<typeof fakeTerminal>[0] = {}, folder?: string) {
  const terminal = fakeTerminal(options);
  const chartsFolder = folder ?? (await tempFolder());
  const log = new RecordingLogger();
  const platform = createConsolePlatform({
    input: terminal.input,
    output: terminal.output,
    chartsFolder,
    clock: new VirtualClock(),
    log,
  });
  const requests: CommandRequest[] = [];
  let answer: Answer = { doc: { title: 'the answer', tone: 'info', blocks: [] } };
  const stop = new AbortController();
  const start = () =>
    platform.run(
      makeInbox({
        handle: async (request) => {
          requests.push(request);
          return answer;
        },
      }),
      stop.signal,
    );
  const answerWith = (next: Answer) => {
    answer = next;
  };
  return { ...terminal, terminal, platform, log, requests, start, stop, chartsFolder, answerWith };
}

const message = (overrides: Partial<MessageDoc> = {}, silent = false) => ({
  id: 'm1',
  chat: CHAT,
  doc: makeDoc(overrides),
  silent,
  severity: 2,
  kind: 'raise' as const,
});

describe('typing', () => {
  test('a line is a command with or without a slash; empty lines are nothing', async () => {
    const { start, type, written, requests, stop } = await open();
    const running = start();
    type('/whatif eth  5');
    type('   ');
    type('risk');
    await written(2);
    stop.abort();
    await running;
    expect(requests.map(({ command, input }) => [command, input])).toEqual([
      ['whatif', { text: 'eth  5' }],
      ['risk', { text: '' }],
    ]);
    expect(requests[0]).toMatchObject({ chat: CHAT, private: true });
    expect(await requests[0]?.mayManage()).toBe(true);
  });

  test('the end of the input ends neither the platform nor the alerts', async () => {
    const { start, input, platform, stop, text, type, written } = await open();
    const running = start();
    type('risk');
    input.end();
    await written(1);
    expect(platform.state().state).toBe('connected');
    expect((await platform.send(message(), NEVER)).kind).toBe('sent');
    expect(text()).toContain('ALERT HIGH');
    stop.abort();
    await running;
  });

  test('an answer is printed plainly, an alert in a frame', async () => {
    const { start, type, written, platform, writes, stop } = await open();
    const running = start();
    type('risk');
    await written(1);
    await platform.send(message(), NEVER);
    stop.abort();
    await running;
    expect(writes[0]).toBe('the answer\n\n');
    const lines = (writes[1] ?? '').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^┏━ ALERT HIGH ━ 2026-01-01 00:00 UTC ━+$/);
    expect(lines.slice(1, -1).every((line) => line.startsWith('┃ '))).toBe(true);
    expect(lines.at(-1)).toMatch(/^┗━+$/);
  });
});

describe('charts', () => {
  test('are saved beside the text ladder, and their path is printed', async () => {
    const { platform, text, chartsFolder } = await open();
    const png = new Uint8Array([1, 2, 3]);
    await platform.send({ ...message({ figure: FIGURE }), png }, NEVER);
    const path = join(chartsFolder, 'ETH-20260101T000000Z.png');
    expect(text()).toContain(`chart: ${path}`);
    expect(text()).toContain('█');
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  });

  test('one that cannot be saved leaves the message', async () => {
    const { platform, text, log } = await open({}, '/dev/null/charts');
    const png = new Uint8Array([1]);
    const outcome = await platform.send({ ...message({ figure: FIGURE }), png }, NEVER);
    expect(outcome.kind).toBe('sent');
    expect(text()).toContain('could not be saved');
    expect(log.lines.map((line) => line.message)).toEqual(['chart not saved']);
  });
});

describe('colours and sound', () => {
  test.each([
    { isTTY: true, hasColors: true, coloured: true },
    { isTTY: true, hasColors: false, coloured: false },
    { isTTY: false, hasColors: true, coloured: false },
  ])('a terminal: $isTTY, with colours: $hasColors', async ({ coloured, ...options }) => {
    const { platform, text } = await open(options);
    await platform.send(message(), NEVER);
    expect(text().includes('\u001b[')).toBe(coloured);
  });

  test('only what is not silent rings, and only on a terminal', async () => {
    const { platform, writes } = await open({ isTTY: true });
    await platform.send(message({}, true), NEVER);
    await platform.send(message({}, false), NEVER);
    expect(writes.map((write) => write.startsWith('\u0007'))).toEqual([false, true]);
  });
});

describe('outcomes', () => {
  test('a closed terminal is retried: the next start may have one', async () => {
    const { platform, output } = await open();
    output.destroy();
    const outcome = await platform.send(message(), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', afterMs: 30_000 });
  });

  test('a terminal that takes nothing until the deadline leaves it unknown', async () => {
    const { platform, stick } = await open();
    stick();
    const deadline = new AbortController();
    const sending = platform.send(message(), deadline.signal);
    setImmediate(() => deadline.abort());
    expect((await sending).kind).toBe('unknown');
  });

  test('another chat is refused', async () => {
    const { platform } = await open();
    const elsewhere = { ...message(), chat: { platform: 'console', chatId: 'other' } };
    expect((await platform.send(elsewhere, NEVER)).kind).toBe('refused');
  });
});
