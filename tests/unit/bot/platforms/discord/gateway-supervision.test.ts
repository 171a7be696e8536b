import { describe, expect, it } from 'vitest';
import { endOfClose, endOfLogin } from '../../../../../src/bot/platforms/discord/gateway-end.ts';
import { growingWait } from '../../../../../src/bot/platforms/discord/gateway-timing.ts';
import { createGatewayWatch } from '../../../../../src/bot/platforms/discord/gateway-watch.ts';
import { createReconnectPace } from '../../../../../src/bot/platforms/discord/reconnect-pace.ts';
import { createTokenWatch } from '../../../../../src/bot/platforms/discord/token-watch.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';

const TIMING = { checkEveryMs: 10, notReadyAfterMs: 50, silentAfterMs: 30 };

describe('the watchdog of the connection', () => {
  it('gives up what does not come about in time', () => {
    const look = createGatewayWatch(TIMING);
    const away = { isReady: false, beats: new Map() };
    expect([1, 2, 3, 4].map(() => look(away))).toEqual(Array(4).fill(undefined));
    expect(look(away)).toContain('no connection');
  });

  it('forgets the time before it was connected', () => {
    const look = createGatewayWatch(TIMING);
    for (let count = 0; count < 100; count += 1) {
      const isReady = count % 3 === 0;
      expect(look({ isReady, beats: new Map([[0, count]]) })).toBeUndefined();
    }
  });

  it('gives up a connection of which one shard has fallen silent', () => {
    const look = createGatewayWatch(TIMING);
    const pulse = (beat: number) => ({
      isReady: true,
      beats: new Map([
        [0, beat],
        [1, 7],
      ]),
    });
    expect([look(pulse(1)), look(pulse(2)), look(pulse(3))]).toEqual(Array(3).fill(undefined));
    expect(look(pulse(4))).toContain('silent');
  });

  it('lets a connection live whose heartbeats come slowly', () => {
    const look = createGatewayWatch(TIMING);
    for (let count = 0; count < 100; count += 1) {
      const beats = new Map([[0, Math.floor(count / 3)]]);
      expect(look({ isReady: true, beats })).toBeUndefined();
    }
  });
});

describe('the pace of reconnecting', () => {
  const timing = { firstWaitMs: 100, mostReconnectWaitMs: 1_000, steadyAfterMs: 60_000 };

  it('is at once for the first time, then slower and slower', () => {
    const pace = createReconnectPace(new InstantClock(), () => 1, timing);
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(() => pace.next(0));
    expect(waits).toEqual([0, 0, 100, 200, 400, 800, 1_000, 1_000]);
  });

  it('begins anew after a connection that held, not after one that did not', () => {
    const clock = new InstantClock();
    const pace = createReconnectPace(clock, () => 1, timing);
    for (let count = 0; count < 4; count += 1) pace.next(0);
    pace.up(0);
    clock.advance(59_999);
    pace.down(0);
    expect(pace.next(0)).toBe(400);
    pace.up(0);
    clock.advance(60_000);
    pace.down(0);
    expect([pace.next(0), pace.next(0)]).toEqual([0, 100]);
  });

  it('never waits less than half', () => {
    expect(growingWait(3, { firstMs: 10, mostMs: 1_000 }, () => 0)).toBe(40);
    expect(growingWait(9_999, { firstMs: 10, mostMs: 1_000 }, () => 0)).toBe(500);
  });
});

describe('the end of a connection', () => {
  it.each([
    [4004, 'the token was refused'],
    [4010, 'shards'],
    [4011, 'too many servers'],
    [4012, 'version'],
    [4013, 'does not know the intents'],
    [4014, 'may not use the intents'],
  ])('is final with close code %i, and says why', (code, meaning) => {
    const end = endOfClose(code);
    expect(end).toMatchObject({ kind: 'fatal', isToken: code === 4004 });
    if (end.kind === 'fatal') expect(end.detail).toContain(meaning);
  });

  it('is a pause with any other code or error', () => {
    expect(endOfClose(4000).kind).toBe('again');
    expect(endOfLogin(new Error('Not enough sessions remaining to spawn 1 shards')).kind).toBe(
      'again',
    );
    expect(endOfLogin('what').kind).toBe('again');
    const refused = Object.assign(new Error('secret words'), { code: 'ECONNREFUSED' });
    expect(endOfLogin(refused)).toEqual({
      kind: 'again',
      reason: 'Discord cannot be reached (ECONNREFUSED)',
    });
  });
});

describe('what is known of the token', () => {
  it('passes changes on to whoever waits', async () => {
    const watch = createTokenWatch();
    const over = new AbortController();
    const refused = watch.becomes('refused', over.signal);
    watch.seen('accepted');
    watch.seen('refused');
    await refused;
    expect(watch.isRefused()).toBe(true);
    await watch.becomes('refused', over.signal);
    const accepted = watch.becomes('accepted', over.signal);
    over.abort();
    await accepted;
    expect(watch.isRefused()).toBe(true);
  });
});
