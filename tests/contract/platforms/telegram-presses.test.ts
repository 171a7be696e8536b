import { describe, expect, test, vi } from 'vitest';
import { makeDoc } from '../../fakes/make-message.ts';
import type { FakeChat, FakePress, FakeUser } from '../../fakes/telegram/types.ts';
import { openBench, PATIENCE, refOf } from './telegram-bench.ts';

const ACTIONS = [
  { label: 'Details', command: 'risk', text: 'BTC' },
  { label: 'Mute 1 h', command: 'mute', text: '1h' },
];

/** A message with buttons in the chat, and the platform running. */
async function withButtons(
  kind: 'group' | 'channel' | 'private',
  options: Parameters<typeof openBench>[0] = {},
) {
  const bench = await openBench(options);
  const { server } = bench;
  const ann = server.addUser({ firstName: 'Ann' });
  const place =
    kind === 'private'
      ? ann
      : server.addChat({ type: kind === 'group' ? 'supergroup' : 'channel', title: 'Place' });
  if (place.kind === 'chat') server.setMember(place, ann, 'administrator');
  bench.start();
  await bench.connected();
  await bench.send({ chat: refOf(place), doc: makeDoc({ actions: ACTIONS }) });
  const message = server.messages(place)[0];
  if (message === undefined) throw new Error('nothing was sent');
  return { ...bench, ann, place, message };
}

async function toastOf(press: FakePress) {
  await vi.waitFor(() => expect(press.answers).toHaveLength(1), PATIENCE);
  return press.answers[0];
}

function groupOf(place: FakeChat | FakeUser): FakeChat {
  if (place.kind !== 'chat') throw new Error('no group');
  return place;
}

describe('Telegram buttons', () => {
  test('are commands in their chat with the rights of who presses', async () => {
    const scene = await withButtons('group');
    const { server, place, message, ann } = scene;
    const kim = server.addUser({ firstName: 'Kim' });
    server.setMember(groupOf(place), kim, 'member');
    const press = server.press(message, ann, { label: 'Mute 1 h' });
    server.press(message, kim, { label: 'Mute 1 h' });
    const [reply] = await scene.replies(2);
    expect(reply).toEqual({
      key: expect.stringMatching(/^\d+-0$/),
      chat: refOf(place),
      doc: { title: 'answer to mute', tone: 'info', blocks: makeDoc().blocks },
      replyTo: String(message.messageId),
    });
    expect(await toastOf(press)).toMatchObject({
      text: 'answer to mute. A 3.1 % fall would force about $200m of sales.',
      showAlert: false,
    });
    const asked = scene.requests.map(({ command, input, userId }) => [command, input, userId]);
    expect(asked).toEqual([
      ['mute', { text: '1h' }, String(ann.id)],
      ['mute', { text: '1h' }, String(kim.id)],
    ]);
    const rights = scene.requests.map(({ mayManage }) => mayManage());
    expect(await Promise.all(rights)).toEqual([true, false]);
  });

  test('somebody who left, or was removed, presses in vain', async () => {
    const scene = await withButtons('group');
    const { server, place, message, ann } = scene;
    for (const status of ['left', 'kicked'] as const) {
      server.setMember(groupOf(place), ann, status);
      const press = server.press(message, ann, { label: 'Details' });
      expect(await toastOf(press)).toMatchObject({
        text: 'Only members of this chat can do that.',
        showAlert: true,
      });
    }
    const stranger = server.addUser({ firstName: 'Eve' });
    const press = server.press(message, stranger, { label: 'Mute 1 h' });
    await toastOf(press);
    expect(scene.commits.flatMap(({ replies }) => replies)).toEqual([]);
    const rights = scene.requests.map(({ mayManage }) => mayManage());
    expect(await Promise.all(rights)).toEqual([false, false, false]);
  });

  test('data of another chat, or that no button had, are refused', async () => {
    const scene = await withButtons('group');
    const { server, message, ann, place } = scene;
    const data = message.buttons[0]?.[1]?.data ?? '';
    expect(data).toMatch(/^cw1:[0-9a-f]{6}:mute 1h$/);
    const other = server.addChat({ type: 'supergroup', title: 'Other' });
    server.setMember(other, ann, 'administrator');
    await scene.send({ chat: refOf(other), doc: makeDoc({ actions: ACTIONS }) });
    const elsewhere = server.messages(other)[0];
    if (elsewhere === undefined) throw new Error('nothing was sent');
    const foreign = server.press(elsewhere, ann, { data });
    expect((await toastOf(foreign))?.text).toMatch(/another chat/);
    for (const forged of ['', 'cw1:', 'cw1:zzzzzz:mute 1h', 'mute 1h', `${data}\n/x`, 'cw2:1:x']) {
      const press = server.press(message, ann, { data: forged });
      expect((await toastOf(press))?.text).toMatch(/do not know this button/);
    }
    expect(scene.requests).toEqual([]);
    expect(place.kind).toBe('chat');
  });

  test('in a channel any reader may press, so the answer is only for who pressed', async () => {
    const scene = await withButtons('channel');
    const { server, message, place } = scene;
    const reader = server.addUser({ firstName: 'Reader' });
    server.setMember(groupOf(place), reader, 'member');
    const press = server.press(message, reader, { label: 'Details' });
    expect(await toastOf(press)).toMatchObject({ showAlert: true });
    expect(scene.commits.flatMap(({ replies }) => replies)).toEqual([]);
    expect(await scene.requests[0]?.mayManage()).toBe(false);
  });

  test('a failed command is told to its presser and not to the chat', async () => {
    const scene = await withButtons('group', {
      inbox: {
        handle: async () => ({
          doc: makeDoc({ title: 'x'.repeat(400), blocks: [] }),
          failed: 'denied',
        }),
      },
    });
    const press = scene.server.press(scene.message, scene.ann, { label: 'Mute 1 h' });
    const toast = await toastOf(press);
    expect(toast?.showAlert).toBe(true);
    expect(toast?.text).toHaveLength(200);
    expect(scene.commits.flatMap(({ replies }) => replies)).toEqual([]);
  });

  test('buttons under a deleted message still work; those without a chat are explained', async () => {
    const scene = await withButtons('private');
    const { server, message, ann } = scene;
    server.deleteMessage(ann, message.messageId);
    server.press(message, ann, { label: 'Mute 1 h' });
    expect(await scene.replies(1)).toHaveLength(1);
    server.pushUpdate({
      callback_query: { id: '1', from: { id: ann.id }, inline_message_id: 'x', data: 'cw1:' },
    });
    await vi.waitFor(() => {
      const answers = server.calls.filter(({ method }) => method === 'answerCallbackQuery');
      expect(answers.at(-1)?.payload['text']).toMatch(/does not work here/);
    }, PATIENCE);
  });

  test('what was pressed long before the program came back is not done any more', async () => {
    let shiftMs = 0;
    const bench = await openBench({ now: () => Date.now() + shiftMs });
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    shiftMs = -600_000;
    await bench.send({ chat: refOf(ann), doc: makeDoc({ actions: ACTIONS }) });
    const message = server.messages(ann)[0];
    if (message === undefined) throw new Error('nothing was sent');
    shiftMs = -300_000;
    const late = server.press(message, ann, { label: 'Mute 1 h' });
    shiftMs = 0;
    const inTime = server.press(message, ann, { label: 'Details' });
    bench.start();
    await bench.replies(1);
    expect(bench.requests.map(({ command }) => command)).toEqual(['risk']);
    expect(late.answers).toEqual([]);
    expect(inTime.answers).toHaveLength(1);
  });

  test('a long queue that waited is old to its end, not only in its first hundred', async () => {
    let shiftMs = -600_000;
    const bench = await openBench({ now: () => Date.now() + shiftMs });
    const { server } = bench;
    const ann = server.addUser({ firstName: 'Ann' });
    await bench.send({ chat: refOf(ann), doc: makeDoc({ actions: ACTIONS }) });
    const message = server.messages(ann)[0];
    if (message === undefined) throw new Error('nothing was sent');
    shiftMs = -300_000;
    for (let count = 0; count < 120; count += 1) server.press(message, ann, { label: 'Mute 1 h' });
    shiftMs = 0;
    server.write(ann, ann, '/help');
    bench.start();
    await bench.replies(1);
    expect(bench.requests.map(({ command }) => command)).toEqual(['help']);
  });
});
