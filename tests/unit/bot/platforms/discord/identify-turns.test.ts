import { describe, expect, it } from 'vitest';
import { createIdentifyTurns } from '../../../../../src/bot/platforms/discord/identify-turns.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';

const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;

function setUp() {
  const clock = new InstantClock();
  const log = new RecordingLogger();
  // Discord's 5 s, on this clock; like the library's, they do not end early.
  const turns = createIdentifyTurns(clock, log, () => ({
    waitForIdentify: () => clock.sleep(5_000),
  }));
  const managerWith = (remaining: number, resetMs = DAY_MS) => {
    const session_start_limit = { remaining, reset_after: resetMs, max_concurrency: 1 };
    return { fetchGatewayInformation: async () => ({ session_start_limit }) };
  };
  return { clock, log, turns, managerWith };
}

/** The most in any 24 hours. */
function mostInADay(times: readonly number[]): number {
  return Math.max(
    ...times.map((end) => times.filter((at) => at > end - DAY_MS && at <= end).length),
  );
}

describe('the logins of a day', () => {
  it('are never used up by a gateway that drops every session at once', async () => {
    const { clock, log, turns, managerWith } = setUp();
    const times: number[] = [];
    for (const start = clock.now(); clock.now() - start < 3 * DAY_MS; ) {
      const throttler = await turns.throttler(managerWith(1_000));
      await throttler.waitForIdentify(0, NEVER);
      times.push(clock.now());
    }
    expect(mostInADay(times)).toBeLessThan(900);
    expect(times.length).toBeGreaterThan(1_000);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps.slice(0, 199))).toBe(5_000);
    expect(Math.min(...gaps.slice(199, 599))).toBe(60_000);
    expect(Math.min(...gaps.slice(599, 800))).toBe(300_000);
    expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { logins: 200 } });
  });

  it('may be waited for before the connection', async () => {
    const { clock, turns, managerWith } = setUp();
    const throttler = await turns.throttler(managerWith(1_000));
    expect(turns.waitMs()).toBe(0);
    for (let count = 0; count < 200; count += 1) await throttler.waitForIdentify(0, NEVER);
    expect(turns.waitMs()).toBe(60_000);
    clock.advance(60_000);
    expect(turns.waitMs()).toBe(0);
    clock.advance(DAY_MS);
    await throttler.waitForIdentify(0, NEVER);
    expect(turns.waitMs()).toBe(0);
  });

  it('are spread over the time they have to last when Discord says that few are left', async () => {
    const { clock, turns, managerWith } = setUp();
    const start = clock.now();
    let used = 0;
    const throttler = await turns.throttler(managerWith(24));
    expect(turns.waitMs()).toBe(DAY_MS / 24);
    while (clock.now() - start < DAY_MS) {
      await throttler.waitForIdentify(0, NEVER);
      if (clock.now() - start < DAY_MS) used += 1;
    }
    expect(used).toBeGreaterThan(10);
    expect(used).toBeLessThanOrEqual(24);
  });

  it('do not wait for ever when the number left is read again and again', async () => {
    const { clock, turns, managerWith } = setUp();
    for (let count = 0; count < 25; count += 1) {
      const { session_start_limit } = await managerWith(24).fetchGatewayInformation();
      turns.told(session_start_limit);
      clock.advance(DAY_MS / 24 / 25);
    }
    expect(turns.waitMs()).toBe(0);
  });

  it('are free again when Discord has counted anew', async () => {
    const { clock, turns, managerWith } = setUp();
    await turns.throttler(managerWith(3, 3_600_000));
    expect(turns.waitMs()).toBeGreaterThan(1_000_000);
    clock.advance(3_600_000);
    expect(turns.waitMs()).toBe(0);
  });

  it('are not counted for a connection that went away while it waited', async () => {
    const { turns, managerWith } = setUp();
    const throttler = await turns.throttler(managerWith(1_000));
    const gone = new AbortController();
    gone.abort(new Error('closed'));
    for (let count = 0; count < 300; count += 1) {
      await expect(throttler.waitForIdentify(0, gone.signal)).rejects.toThrow('closed');
    }
    expect(turns.waitMs()).toBe(0);
  });
});
