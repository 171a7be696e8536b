import { describe, expect, it } from 'vitest';
import { createAnnouncements } from '../../../../../src/bot/platforms/discord/announcements.ts';
import type { ApiRequest } from '../../../../../src/bot/platforms/discord/api.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';
import { VirtualClock } from '../../../../fakes/virtual-clock.ts';

function setUp(answer: () => Promise<unknown> = async () => ({})) {
  const clock = new VirtualClock();
  const start = clock.now();
  const log = new RecordingLogger();
  const asked: { route: string; afterMs: number }[] = [];
  let isHeld = false;
  const announcements = createAnnouncements({
    api: async ({ route }: ApiRequest) => {
      asked.push({ route, afterMs: clock.now() - start });
      return await answer();
    },
    clock,
    log,
    isHeld: () => isHeld,
  });
  return {
    clock,
    log,
    asked,
    announcements,
    publish: (postId: string) =>
      announcements.publish({ channelId: '7', postId, messageId: `message ${postId}` }),
    hold(on: boolean) {
      isHeld = on;
    },
  };
}

describe('passing announcements on', () => {
  it('waits until no messages are sent, then takes one in a second', async () => {
    const { clock, asked, announcements, publish } = setUp();
    publish('1');
    publish('2');
    for (let count = 0; count < 10; count += 1) {
      announcements.sending();
      await clock.advance(500);
    }
    expect(asked).toEqual([]);
    await clock.advance(10_000);
    expect(asked.map(({ route }) => route)).toEqual([
      '/channels/7/messages/1/crosspost',
      '/channels/7/messages/2/crosspost',
    ]);
    const [first, second] = asked;
    expect((second?.afterMs ?? 0) - (first?.afterMs ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('does not wait for ever', async () => {
    const { clock, asked, announcements, publish } = setUp();
    for (const id of ['1', '2', '3']) publish(id);
    for (let count = 0; count < 140; count += 1) {
      announcements.sending();
      await clock.advance(500);
    }
    expect(asked).toHaveLength(3);
    expect(asked[0]?.afterMs).toBeGreaterThanOrEqual(60_000);
  });

  it('waits while messages are held back', async () => {
    const { clock, asked, publish, hold } = setUp();
    hold(true);
    publish('1');
    await clock.advance(300_000);
    expect(asked).toEqual([]);
    hold(false);
    await clock.advance(2_000);
    expect(asked).toHaveLength(1);
  });

  it('says what was not published, and goes on', async () => {
    const { clock, log, asked, publish } = setUp(() => Promise.reject(new Error('no')));
    publish('1');
    publish('2');
    await clock.advance(5_000);
    expect(asked).toHaveLength(2);
    expect(log.lines.map(({ fields }) => fields['message'])).toEqual(['message 1', 'message 2']);
  });

  it('leaves what waits at the end, with no timer behind it, and begins anew later', async () => {
    const { clock, asked, announcements, publish } = setUp();
    publish('1');
    publish('2');
    await clock.advance(100);
    announcements.stop();
    await clock.advance(10_000);
    expect(asked).toEqual([]);
    expect(clock.sleeping).toBe(0);
    publish('3');
    await clock.advance(10_000);
    expect(asked).toHaveLength(1);
  });
});
