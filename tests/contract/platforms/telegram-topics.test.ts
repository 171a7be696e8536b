import { expect, onTestFinished, test, vi } from 'vitest';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { makeMessage } from '../../fakes/make-message.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { openBench, PATIENCE, refOf } from './telegram-bench.ts';

test('what waits for a closed topic does not hold up the other topics of its group', async () => {
  const { server, platform, log } = await openBench();
  const forum = server.addChat({ type: 'supergroup', title: 'F', forum: true });
  const closed = server.addTopic(forum, 'Closed');
  const healthy = server.addTopic(forum, 'Healthy');
  server.closeTopic(forum, closed);
  const store = await openTempStore();
  const now = Date.now();
  const message = (id: string, topic: number, severity: number) =>
    makeMessage({ id, groupId: id, chat: refOf(forum, topic), severity, createdAt: now });
  await store.outbox.enqueue([
    ...[1, 2, 3, 4, 5].map((number) => message(`closed-${number}`, closed, 3)),
    message('healthy', healthy, 2),
  ]);
  let summaries = 0;
  const delivery = createDelivery({
    platform: { ...platform, limits: { ...platform.limits, perChatIntervalMs: 10 } },
    store,
    clock: createRealClock(),
    log,
    random: () => 0.5,
    drawFigure: async () => ({ kind: 'failed', reason: 'no figures here' }),
    workerId: 'w1',
    nextId: () => `summary-${++summaries}`,
  });
  const stop = new AbortController();
  const running = delivery.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  await vi.waitFor(() => expect(server.messages(forum)).toHaveLength(1), PATIENCE);
  expect(server.messages(forum)[0]?.threadId).toBe(healthy);
  const waiting = await store.outbox.ofChat(refOf(forum, closed), 10);
  expect(waiting.some(({ state }) => state === 'pending')).toBe(true);
});
