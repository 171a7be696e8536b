import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClockFace, createMarketClock, probeMarketClock } from '../../src/market-clock.ts';
import { createRealClock } from '../../src/real-clock.ts';

/** A market clock whose answers and real time the test sets. */
async function scripted(first: ClockFace) {
  let real = 0;
  let face: ClockFace | Error = first;
  const stop = new AbortController();
  const clock = await createMarketClock({
    url: 'http://127.0.0.1:1',
    signal: stop.signal,
    monotonic: () => real,
    fetchClock: async () => {
      if (face instanceof Error) throw face;
      return face;
    },
  });
  stop.abort();
  return {
    clock,
    pass: (ms: number) => {
      real += ms;
    },
    say: (next: ClockFace | Error) => {
      face = next;
    },
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the market clock', () => {
  it('goes on with the speed it heard', async () => {
    const { clock, pass } = await scripted({ nowMs: 1_000_000, speed: 60 });
    pass(500);
    expect(clock.now()).toBe(1_030_000);
  });

  it('never goes backwards when an answer lies behind', async () => {
    const { clock, pass, say } = await scripted({ nowMs: 1000, speed: 10 });
    pass(1000);
    expect(clock.now()).toBe(11_000);
    say({ nowMs: 9000, speed: 10 });
    await clock.resync();
    expect(clock.now()).toBe(11_000);
    pass(150);
    expect(clock.now()).toBe(11_000);
    pass(100);
    expect(clock.now()).toBe(11_500);
  });

  it('follows a pause and a resume', async () => {
    const { clock, pass, say } = await scripted({ nowMs: 1000, speed: 10 });
    say({ nowMs: 1000, speed: 0 });
    await clock.resync();
    pass(60_000);
    expect([clock.now(), clock.speed()]).toEqual([1000, 0]);
    say({ nowMs: 1000, speed: 10 });
    await clock.resync();
    pass(10);
    expect(clock.now()).toBe(1100);
  });

  it('bridges a missed answer with the last speed', async () => {
    const { clock, pass, say } = await scripted({ nowMs: 0, speed: 10 });
    say(new Error('gone'));
    await expect(clock.resync()).rejects.toThrow('gone');
    pass(100);
    expect(clock.now()).toBe(1000);
  });

  it('asks again every real second until it is stopped', async () => {
    vi.useFakeTimers();
    const stop = new AbortController();
    let asked = 0;
    await createMarketClock({
      url: 'http://127.0.0.1:1',
      signal: stop.signal,
      fetchClock: async () => {
        asked += 1;
        return { nowMs: 0, speed: 1 };
      },
    });
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked).toBe(4);
    stop.abort();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked).toBe(4);
  });

  it('sleeps in market time and wakes for an abort with its reason', async () => {
    const stop = new AbortController();
    const clock = await createMarketClock({
      url: 'http://127.0.0.1:1',
      signal: stop.signal,
      fetchClock: async () => ({ nowMs: 5000, speed: 1000 }),
    });
    const before = clock.now();
    await clock.sleep(30_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
    const nap = new AbortController();
    const sleeping = clock.sleep(1e9, nap.signal);
    nap.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, nap.signal)).rejects.toThrow('enough');
    stop.abort();
  });

  it('cannot be made when nobody tells the time', async () => {
    const made = createMarketClock({
      url: 'http://127.0.0.1:1',
      signal: AbortSignal.abort(),
      fetchClock: async () => {
        throw new Error('connection refused');
      },
    });
    await expect(made).rejects.toMatchObject({ code: 'clock/unreachable' });
  });

  it('is not seen where nothing listens', async () => {
    expect(await probeMarketClock('http://127.0.0.1:9')).toBe(false);
    expect(await probeMarketClock('not a url')).toBe(false);
  });
});

describe('the real clock', () => {
  it('does not follow the system time backwards', () => {
    const times = [1000, 900, 1100];
    const wait = () => Promise.resolve();
    const clock = createRealClock({ systemTime: () => times.shift() ?? 0, wait });
    expect([clock.now(), clock.now(), clock.now()]).toEqual([1000, 1000, 1100]);
  });

  it('sleeps in pieces through durations longer than a timer can hold', async () => {
    const waited: number[] = [];
    const wait = async (durationMs: number) => {
      waited.push(durationMs);
    };
    await createRealClock({ systemTime: () => 0, wait }).sleep(5e9);
    expect(Math.max(...waited)).toBeLessThan(2 ** 31);
    expect(waited.reduce((sum, piece) => sum + piece, 0)).toBe(5e9);
  });

  it('wakes for an abort with its reason', async () => {
    const nap = new AbortController();
    const sleeping = createRealClock().sleep(1e6, nap.signal);
    nap.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });
});
