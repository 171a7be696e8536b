import { describe, expect, test, vi } from 'vitest';
import { createCommandGate, DEFAULT_COMMAND_LIMITS } from '../../../src/bot/inbox/limits.ts';
import type { Answer, CommandRequest, Inbox } from '../../../src/bot/platforms/platform.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import type { FakeChat } from '../../fakes/telegram/types.ts';
import { type Bench, openBench, PATIENCE, refOf } from './telegram-bench.ts';

const answerTo = ({ command, input }: CommandRequest): Answer => ({
  doc: makeDoc({ title: `${command} ${'text' in input ? input.text : ''}`.trim() }),
});

/** Asks for rights as the real inbox does; requests are noted when they begin. */
function asking(bench: () => Bench): Pick<Inbox, 'handle'> {
  return {
    async handle(request) {
      bench().requests.push(request);
      if (request.command !== 'subscribe') return answerTo(request);
      try {
        await request.mayManage();
        return answerTo(request);
      } catch {
        return { doc: makeDoc({ title: 'unclear' }), failed: 'denied' };
      }
    },
  };
}

const callsOf = ({ server }: Bench, name: string) =>
  server.calls.filter(({ method }) => method === name);

const titles = ({ commits }: Bench) =>
  commits.flatMap(({ replies }) => replies.map(({ doc }) => doc.title));

async function withSlowGroup(quickDeadlineMs: number) {
  const bench: Bench = await openBench({
    settings: { quickDeadlineMs, pollAgainMs: 20 },
    inbox: asking(() => bench),
  });
  const { server } = bench;
  const ann = server.addUser({ firstName: 'Ann' });
  const slow = server.addChat({ type: 'supergroup', title: 'Slow' });
  server.setMember(slow, ann, 'administrator');
  const silence = server.fault({ method: 'getChatMember', chat: slow, kind: 'silence-before' });
  return { bench, server, ann, slow, silence };
}

describe('Telegram chats side by side', () => {
  test('a chat about which Telegram keeps silent makes nobody else wait', async () => {
    const { bench, server, ann, slow } = await withSlowGroup(60_000);
    const first = server.write(slow, ann, '/subscribe BTC');
    server.write(slow, ann, '/risk after');
    const bob = server.addUser({ firstName: 'Bob' });
    server.write(bob, bob, '/risk one');
    bench.start();
    await bench.replies(1);
    server.write(bob, bob, '/risk two');
    const cid = server.addUser({ firstName: 'Cid' });
    server.write(cid, cid, '/risk three');
    await bench.replies(3);
    expect(titles(bench).toSorted()).toEqual(['risk one', 'risk three', 'risk two']);
    // In order within the chat, and nothing twice although Telegram hands it out again.
    await vi.waitFor(
      () => expect(callsOf(bench, 'getUpdates').length).toBeGreaterThan(5),
      PATIENCE,
    );
    expect(bench.requests.map(({ command }) => command).toSorted()).toEqual([
      'risk',
      'risk',
      'risk',
      'subscribe',
    ]);
    // The position stays before what is not done: a crash forgets nothing.
    const positions = bench.commits.map(({ position }) => position);
    expect(Math.max(...positions)).toBe((first.updateId ?? 0) - 1);
    const offsets = callsOf(bench, 'getUpdates').map(({ payload }) => payload['offset']);
    expect(offsets.at(-1)).toBe(first.updateId);
  });

  test('what was not done when the program stopped is done by the next one', async () => {
    const { bench, server, ann, slow, silence } = await withSlowGroup(60_000);
    server.write(slow, ann, '/subscribe BTC');
    const bob = server.addUser({ firstName: 'Bob' });
    server.write(bob, bob, '/risk one');
    const end = bench.start();
    await bench.replies(1);
    await end();
    silence.remove();
    bench.start();
    await vi.waitFor(() => expect(titles(bench)).toContain('subscribe BTC'), PATIENCE);
  });

  test('once the slow one is done the position passes everything', async () => {
    const { bench, server, ann, slow } = await withSlowGroup(200);
    server.write(slow, ann, '/subscribe BTC');
    const bob = server.addUser({ firstName: 'Bob' });
    const last = server.write(bob, bob, '/risk one');
    bench.start();
    await bench.replies(2);
    const positions = () => bench.commits.map(({ position }) => position);
    await vi.waitFor(() => expect(positions()).toContain(last.updateId), PATIENCE);
    expect(titles(bench)).toEqual(['risk one', 'unclear']);
  });

  test('silence about a chat is waited for once, not with every command', async () => {
    const { bench, server, ann, slow } = await withSlowGroup(1_100);
    for (let count = 0; count < 20; count += 1) server.write(slow, ann, '/subscribe BTC');
    bench.start();
    await bench.replies(20);
    expect(callsOf(bench, 'getChatMember')).toHaveLength(1);
  });
});

describe('Telegram press floods', () => {
  test('one member gets one explanation, no rights are asked for, and others are served', async () => {
    const gate = createCommandGate({ ...DEFAULT_COMMAND_LIMITS, userPerMinute: 5 });
    const bench = await openBench({
      inbox: {
        async handle(request) {
          const refusal = gate.admit(request, 0);
          if (refusal === undefined) return answerTo(request);
          const answer: Answer = { doc: makeDoc({ title: 'Too many' }), failed: 'limited' };
          return refusal.told ? { ...answer, repeated: true } : answer;
        },
      },
    });
    const { server } = bench;
    const group: FakeChat = server.addChat({ type: 'supergroup', title: 'G' });
    const [flooder, bob] = ['Eve', 'Bob'].map((firstName) => {
      const user = server.addUser({ firstName });
      server.setMember(group, user, 'member');
      return user;
    });
    if (flooder === undefined || bob === undefined) throw new Error('nobody');
    bench.start();
    await bench.connected();
    const doc = makeDoc({ actions: [{ label: 'Details', command: 'risk', text: 'BTC' }] });
    await bench.send({ chat: refOf(group), doc });
    const [message] = server.messages(group);
    if (message === undefined) throw new Error('nothing was sent');
    const presses = Array.from({ length: 250 }, () =>
      server.press(message, flooder, { label: 'Details' }),
    );
    const served = server.press(message, bob, { label: 'Details' });
    await vi.waitFor(() => expect(served.answers).toHaveLength(1), PATIENCE);
    await bench.replies(6);
    const texts = presses.flatMap(({ answers }) => answers.map(({ text }) => text ?? ''));
    expect(texts.filter((text) => text.startsWith('Too many'))).toHaveLength(1);
    expect(texts).toHaveLength(6);
    expect(callsOf(bench, 'getChatMember')).toHaveLength(6);
    // What led to nothing is not stored one by one.
    expect(bench.commits.length).toBeLessThan(12);
  });

  test('texts for pressers that Telegram does not take are not piled up', async () => {
    const bench = await openBench({
      settings: { quickDeadlineMs: 60_000 },
      inbox: {
        handle: async () => ({ doc: makeDoc({ title: 'No' }), failed: 'denied' }),
      },
    });
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    const doc = makeDoc({ actions: [{ label: 'Details', command: 'risk', text: 'BTC' }] });
    await bench.send({ chat: refOf(ann), doc });
    const [message] = server.messages(ann);
    if (message === undefined) throw new Error('nothing was sent');
    server.fault({ method: 'answerCallbackQuery', kind: 'silence-before' });
    for (let count = 0; count < 150; count += 1) server.press(message, ann, { label: 'Details' });
    const last = server.write(ann, ann, '/risk');
    bench.start();
    const positions = () => bench.commits.map(({ position }) => position);
    await vi.waitFor(() => expect(positions()).toContain(last.updateId), PATIENCE);
    expect(callsOf(bench, 'answerCallbackQuery')).toHaveLength(16);
  });
});
