import { expect, test } from 'vitest';
import { makeMessage } from '../../../fakes/make-message.ts';
import { SENT } from '../../../fakes/scripted-platform.ts';
import { answers, setUpDelivery } from './set-up-delivery.ts';

const START = Date.UTC(2026, 0, 1);

test('a platform may pause briefly while the chat that was refused waits longer', async () => {
  const chats = ['a', 'b'];
  const messages = chats.map((chatId, index) =>
    makeMessage({
      id: chatId,
      groupId: chatId,
      chat: { platform: 'scripted', chatId },
      severity: 3 - index,
    }),
  );
  const refusal = answers({
    kind: 'retry',
    afterMs: 60_000,
    reason: 'Telegram asked to wait (429)',
    scope: 'chat',
    platformAfterMs: 5_000,
  });
  const { delivery, clock, starts } = await setUpDelivery(messages, {
    next: ({ id }, attempt) => (id === 'a' && attempt === 1 ? refusal : SENT),
    limits: { perSecond: 1 },
  });
  const stop = new AbortController();
  const running = delivery.run(stop.signal);
  for (let step = 0; step < 200 && starts.length < 3; step += 1) await clock.advance(1_000);
  stop.abort();
  await clock.advance(1_000);
  await running;
  const [first, second, third] = starts.map(({ at, message }) => ({ at, id: message.id }));
  const since = (at: number | undefined) => (at ?? 0) - (first?.at ?? START);
  expect([first?.id, second?.id, third?.id]).toEqual(['a', 'b', 'a']);
  expect(since(second?.at)).toBeGreaterThanOrEqual(5_000);
  expect(since(second?.at)).toBeLessThan(20_000);
  expect(since(third?.at)).toBeGreaterThanOrEqual(60_000);
});
