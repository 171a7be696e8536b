import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../../src/errors.ts';
import type { StreamDefinition } from '../../../../src/sources/kit/stream.ts';
import type { StreamLimits } from '../../../../src/sources/stream/limits.ts';
import { createVenueStream } from '../../../../src/sources/stream/stream.ts';
import { RecordingLogger } from '../../../fakes/recording-logger.ts';
import { scriptedSockets } from '../../../fakes/scripted-socket.ts';
import { definitionOf, makeFeed, watched } from '../../../fakes/stream-feeds.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

function openBench(definition: StreamDefinition, limits: Partial<StreamLimits> = {}, random = 1) {
  const clock = new VirtualClock();
  const log = new RecordingLogger();
  const sockets = scriptedSockets();
  const controller = new AbortController();
  const stream = createVenueStream({
    ...{ source: 'venue', definition, clock, log, limits },
    random: () => random,
    signal: controller.signal,
    open: sockets.open,
  });
  stream.watch(watched('BTC'));
  const status = () => {
    const [feed] = stream.status().feeds;
    if (feed === undefined) throw new Error('no feed');
    return feed;
  };
  return { clock, log, sockets, controller, stream, status };
}

describe('a connection', () => {
  test('subscribes in order and at the pace the venue wants', async () => {
    const feed = makeFeed({ subscribe: ['one', 'two', 'three'], subscribeEveryMs: 500 });
    const { clock, sockets } = openBench(definitionOf(feed));
    sockets.newest().open();
    await clock.advance(499);
    expect(sockets.newest().sent).toEqual(['one']);
    await clock.advance(501);
    expect(sockets.newest().sent).toEqual(['one', 'two', 'three']);
  });

  test('is live once events come, not by the handshake alone', async () => {
    const { clock, sockets, status, stream } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    sockets.newest().frame({ hello: true });
    await clock.advance(0);
    expect(status()).toMatchObject({ state: 'connecting', messages: 1, events: 0 });
    sockets.newest().frame({ mark: ['BTC', 100] });
    await clock.advance(0);
    expect(status()).toMatchObject({ state: 'live', messages: 2, events: 1 });
    expect(stream.drain()).toMatchObject([{ instrument: 'BTC', markPriceUsd: 100 }]);
    expect(stream.drain()).toEqual([]);
  });

  test('says what the venue wants said, and pings besides', async () => {
    const feed = makeFeed({ ping: { everyMs: 8_000, text: 'hey' }, silentAfterMs: 60_000 });
    const { clock, sockets } = openBench(definitionOf(feed));
    sockets.newest().open();
    await clock.advance(26_000);
    expect(sockets.newest().sent).toEqual(['one', 'hey', 'hey', 'hey']);
    expect(sockets.newest().pings).toBe(1);
  });

  test('answers a bare ping', async () => {
    const { clock, sockets } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    sockets.newest().raw('ping');
    await clock.advance(0);
    expect(sockets.newest().sent).toEqual(['one', 'pong']);
  });

  test('is given up when the handshake takes too long', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()));
    await clock.advance(15_000);
    expect(sockets.newest().terminated).toBe(true);
    expect(status()).toMatchObject({ state: 'waiting', reason: 'no handshake in time' });
  });

  test('is renewed before the venue ends it, at once and without alarm', async () => {
    const limits = { renewAfterMs: 100_000 };
    const { clock, log, sockets, status } = openBench(definitionOf(makeFeed()), limits, 0);
    sockets.newest().open();
    for (let second = 0; second < 90; second += 10) {
      sockets.newest().frame({ mark: ['BTC', 100] });
      await clock.advance(10_000);
    }
    expect(sockets.dialled).toHaveLength(2);
    expect(sockets.dialled[0]?.terminated).toBe(true);
    expect(status()).toMatchObject({ state: 'connecting', reconnects: 1 });
    expect(log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });
});

describe('a connection that ends', () => {
  test('is made anew and subscribed anew', async () => {
    const { clock, log, sockets, status } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    sockets.newest().frame({ mark: ['BTC', 100] });
    await clock.advance(0);
    sockets.newest().fail();
    await clock.advance(0);
    const until = clock.now() + 1_000;
    expect(status()).toMatchObject({ state: 'waiting', until, reconnects: 0 });
    await clock.advance(1_000);
    expect(sockets.dialled).toHaveLength(2);
    sockets.newest().open();
    sockets.newest().frame({ mark: ['BTC', 101] });
    await clock.advance(0);
    expect(sockets.newest().sent).toEqual(['one']);
    expect(status()).toMatchObject({ state: 'live', reconnects: 1, messages: 2 });
    expect(status()).not.toHaveProperty('reason');
    const told = log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
    expect(told).toEqual(['the feed is down', 'the feed is back']);
  });

  test('is read to its end, however much waited', async () => {
    const { clock, sockets, stream } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    for (let count = 0; count < 500; count += 1) sockets.newest().frame({ closed: 1 });
    sockets.newest().fail();
    for (let turn = 0; turn < 10; turn += 1) await clock.advance(0);
    expect(stream.drainLiquidations().events).toHaveLength(500);
  });

  test('is tried less and less often, down to once in five minutes', async () => {
    const { clock, sockets } = openBench(definitionOf(makeFeed()));
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const before = sockets.dialled.length;
      const failedAt = clock.now();
      // The handshake alone does not make it good again.
      sockets.newest().open();
      sockets.newest().fail();
      while (sockets.dialled.length === before) await clock.advance(500);
      gaps.push((clock.now() - failedAt) / 1_000);
    }
    expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  test('is tried soon again after it brought something', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const before = sockets.dialled.length;
      sockets.newest().fail();
      while (sockets.dialled.length === before) await clock.advance(500);
    }
    sockets.newest().open();
    sockets.newest().frame({ mark: ['BTC', 100] });
    await clock.advance(0);
    sockets.newest().fail();
    await clock.advance(0);
    expect(status().until).toBe(clock.now() + 1_000);
  });

  test('comes back at half the wait at the earliest, by chance', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()), {}, 0);
    sockets.newest().fail();
    await clock.advance(0);
    expect(status().until).toBe(clock.now() + 500);
  });

  test('waits as long as the venue asks', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()));
    sockets
      .newest()
      .fail(new SourceError('rate-limited', 'handshake: HTTP 429', { retryAfterMs: 90_000 }));
    await clock.advance(0);
    expect(status()).toMatchObject({ state: 'waiting', until: clock.now() + 90_000 });
  });
});

describe('silence', () => {
  test('after the handshake raises the alarm and is named', async () => {
    const { clock, log, sockets, status } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    await clock.advance(20_000);
    expect(sockets.newest().terminated).toBe(true);
    expect(status()).toMatchObject({
      state: 'silent',
      reason: 'connected, but no events for 20 s',
      until: clock.now() + 1_000,
    });
    expect(log.lines).toContainEqual({
      level: 'warn',
      fields: { source: 'venue', feed: 'market', reason: 'connected, but no events for 20 s' },
      message: 'the feed is silent',
    });
  });

  test('is told until something comes, however often it is dialled, and once', async () => {
    const { clock, log, sockets, status } = openBench(definitionOf(makeFeed()));
    const since = clock.now() + 20_000;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      sockets.newest().open();
      await clock.advance(20_000);
      expect(status().state).toBe('silent');
      await clock.advance(8_000);
    }
    expect(status()).toMatchObject({ state: 'silent', since, reconnects: 4 });
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    sockets.newest().open();
    sockets.newest().frame({ mark: ['BTC', 100] });
    await clock.advance(0);
    expect(status().state).toBe('live');
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', message: 'the feed is back' });
  });

  test('is not broken by frames without events, nor by pongs', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    for (let second = 0; second < 20; second += 5) {
      sockets.newest().frame({ bad: true });
      sockets.newest().pong();
      await clock.advance(5_000);
    }
    expect(status()).toMatchObject({ state: 'silent', dropped: 4 });
  });

  test('of a feed of rare events is broken by any frame and any pong', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed({ aliveBy: 'frames' })));
    sockets.newest().open();
    for (let second = 0; second < 120; second += 15) {
      if (second % 2 === 0) sockets.newest().pong();
      else sockets.newest().frame({});
      await clock.advance(15_000);
    }
    expect(status().state).toBe('live');
    await clock.advance(20_000);
    expect(status()).toMatchObject({
      state: 'silent',
      reason: 'connected, but not a word for 20 s',
    });
  });

  test('a venue that hangs up on a quiet feed again and again is left alone more and more', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed({ aliveBy: 'frames' })));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const before = sockets.dialled.length;
      sockets.newest().open();
      sockets.newest().frame({});
      await clock.advance(10_000);
      sockets.newest().fail();
      while (sockets.dialled.length === before) await clock.advance(500);
    }
    sockets.newest().fail();
    await clock.advance(0);
    expect((status().until ?? 0) - clock.now()).toBe(32_000);
  });
});

describe('a refusal', () => {
  test('of everything ends the connection at once and is not asked again soon', async () => {
    const { clock, log, sockets, status } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    sockets.newest().frame({ refuse: 'unsupported' });
    await clock.advance(0);
    expect(sockets.newest().terminated).toBe(true);
    expect(status()).toMatchObject({
      state: 'refused',
      reason: 'a topic was refused',
      refusals: 1,
      until: clock.now() + 60_000,
    });
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', message: 'the feed is refused' });
  });

  test('of one topic costs that topic only', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed({ subscribe: ['a', 'b'] })));
    sockets.newest().open();
    sockets.newest().frame({ refuse: 'unsupported' });
    sockets.newest().frame({ mark: ['BTC', 100] });
    sockets.newest().frame({ refuse: 'unsupported' });
    await clock.advance(0);
    expect(sockets.newest().terminated).toBe(false);
    expect(status()).toMatchObject({ state: 'live', refusals: 2 });
  });

  test('is the reason told when nothing comes from the other topics either', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed({ subscribe: ['a', 'b'] })));
    sockets.newest().open();
    sockets.newest().frame({ refuse: 'unsupported' });
    await clock.advance(20_000);
    expect(status()).toMatchObject({ state: 'refused', reason: 'a topic was refused' });
  });

  test('of a quiet feed is no sign of life', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed({ aliveBy: 'frames' })));
    sockets.newest().open();
    sockets.newest().frame({ refuse: 'unsupported' });
    await clock.advance(0);
    expect(status().state).toBe('refused');
  });

  test('by region is a refusal, not a failure', async () => {
    const { clock, sockets, status } = openBench(definitionOf(makeFeed()));
    const error = new SourceError('unavailable', 'handshake: HTTP 451', { retryable: false });
    sockets.newest().fail(error);
    await clock.advance(0);
    expect(status()).toMatchObject({ state: 'refused', until: clock.now() + 60_000 });
  });
});

describe('frames', () => {
  test('that are no JSON, or break their reader, are counted and survived', async () => {
    const { clock, log, sockets, status, stream } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    sockets.newest().raw('{"mark":');
    sockets.newest().frame({ bug: true });
    sockets.newest().frame({ bad: true });
    sockets.newest().frame({ mark: ['BTC', 100] });
    await clock.advance(0);
    expect(status()).toMatchObject({ state: 'live', dropped: 3, events: 1 });
    expect(JSON.stringify([status(), log.lines])).not.toContain('text of the venue');
    expect(stream.drain()).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('leaves what waits unread', async () => {
    const { clock, controller, sockets, stream } = openBench(definitionOf(makeFeed()));
    sockets.newest().open();
    for (let count = 0; count < 500; count += 1) sockets.newest().frame({ closed: 1 });
    controller.abort();
    await stream.done;
    for (let turn = 0; turn < 10; turn += 1) await clock.advance(0);
    expect(stream.drainLiquidations().events.length).toBeLessThan(500);
  });

  test.each(['dialling', 'subscribing', 'live', 'waiting'])(
    'while %s leaves nothing behind',
    async (when) => {
      const feed = makeFeed({ subscribe: ['one', 'two'], subscribeEveryMs: 1_000 });
      const { clock, controller, sockets, stream } = openBench(definitionOf(feed));
      if (when !== 'dialling') sockets.newest().open();
      if (when === 'live') sockets.newest().frame({ mark: ['BTC', 100] });
      if (when === 'waiting') sockets.newest().fail();
      await clock.advance(500);
      controller.abort(new Error('stopping'));
      await stream.done;
      expect(clock.sleeping).toBe(0);
      expect(sockets.dialled).toHaveLength(1);
      if (when !== 'waiting') expect(sockets.newest().terminated).toBe(true);
      stream.watch(watched('ETH'));
      await clock.advance(600_000);
      expect(sockets.dialled).toHaveLength(1);
    },
  );
});

describe('watching other instruments', () => {
  const definition: StreamDefinition = {
    wsUrl: 'wss://venue.example/',
    feeds: (instruments) => [
      ...instruments.map(({ instrument }) =>
        makeFeed({ name: instrument, path: `/${instrument}`, silentAfterMs: 10_000_000 }),
      ),
    ],
  };

  test('changes the connections that differ, and no sooner than in an hour', async () => {
    const { clock, sockets, stream } = openBench(definition);
    const urls = () =>
      sockets.dialled.filter((one) => !one.terminated).map((one) => one.address.url);
    sockets.newest().open();
    stream.watch(watched('BTC', 'ETH'));
    expect(urls()).toEqual(['wss://venue.example/BTC']);
    await clock.advance(3_600_000);
    stream.watch(watched('BTC', 'ETH'));
    expect(urls()).toEqual(['wss://venue.example/BTC', 'wss://venue.example/ETH']);
    sockets.newest().open();
    await clock.advance(3_600_000);
    stream.watch(watched('ETH'));
    await clock.advance(0);
    expect(urls()).toEqual(['wss://venue.example/ETH']);
    expect(stream.status().feeds.map(({ feed }) => feed)).toEqual(['ETH']);
  });

  test('connects as soon as the first ones are known', () => {
    const { sockets, stream } = openBench({
      wsUrl: 'wss://venue.example',
      feeds: (all) => (all.length < 2 ? [] : [makeFeed()]),
    });
    expect(sockets.dialled).toHaveLength(0);
    stream.watch(watched('BTC', 'ETH'));
    expect(sockets.dialled).toHaveLength(1);
  });
});
