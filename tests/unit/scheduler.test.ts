import { describe, expect, it } from 'vitest';
import { cronExpression, type Job, nextDueAt, startScheduler } from '../../src/scheduler.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

const MIDNIGHT = Date.UTC(2026, 0, 1);

function job(overrides: Partial<Job> = {}): Job {
  return { id: 'test', periodSeconds: 60, offsetSeconds: 7, run: async () => {}, ...overrides };
}

function start(jobs: Job[], clock: VirtualClock, log = new RecordingLogger()) {
  return startScheduler({ jobs, clock, log, driver: 'clock' });
}

describe('the job table', () => {
  it.each([
    [30, 5, '5,35 * * * * *'],
    [60, 7, '7 * * * * *'],
    [300, 67, '7 1,6,11,16,21,26,31,36,41,46,51,56 * * * *'],
    [3600, 125, '5 2 * * * *'],
    [86_400, 3 * 3600 + 60, '0 1 3 * * *'],
  ])('every %i s at offset %i s is the cron line %s', (periodSeconds, offsetSeconds, line) => {
    expect(cronExpression({ periodSeconds, offsetSeconds })).toBe(line);
  });

  it('is due at its offset within each period, strictly after now', () => {
    const at = (seconds: number) => MIDNIGHT + seconds * 1000;
    expect(nextDueAt(job(), at(0))).toBe(at(7));
    expect(nextDueAt(job(), at(7))).toBe(at(67));
    expect(nextDueAt(job({ periodSeconds: 300, offsetSeconds: 67 }), at(301))).toBe(at(367));
  });

  it('runs every job at its own place on a simulated clock', async () => {
    const clock = new VirtualClock(MIDNIGHT);
    const ran: string[] = [];
    const note = (id: string) => async () => {
      ran.push(`${id}@${(clock.now() - MIDNIGHT) / 1000}`);
    };
    const scheduler = start(
      [job({ id: 'a', run: note('a') }), job({ id: 'b', offsetSeconds: 20, run: note('b') })],
      clock,
    );
    await clock.advance(130_000);
    await scheduler.stop();
    expect(ran).toEqual(['a@7', 'b@20', 'a@67', 'b@80', 'a@127']);
  });

  it('never overlaps a job with itself and counts what it skipped', async () => {
    const clock = new VirtualClock(MIDNIGHT);
    const slow = job({ run: (signal) => clock.sleep(150_000, signal) });
    const scheduler = start([slow], clock);
    await clock.advance(140_000);
    expect(scheduler.states()[0]).toMatchObject({ runs: 1, skips: 2, running: true });
    await clock.advance(60_000);
    expect(scheduler.states()[0]).toMatchObject({ runs: 2, running: true });
    await scheduler.stop();
  });

  it('keeps a failing job on schedule and logs why once per failure', async () => {
    const clock = new VirtualClock(MIDNIGHT);
    const log = new RecordingLogger();
    const scheduler = start([job({ run: () => Promise.reject(new Error('no')) })], clock, log);
    await clock.advance(130_000);
    await scheduler.stop();
    expect(scheduler.states()[0]).toMatchObject({ runs: 3, failures: 3 });
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(3);
  });

  it('aborts a running job when stopped and fires no more', async () => {
    const clock = new VirtualClock(MIDNIGHT);
    let runs = 0;
    const scheduler = start(
      [
        job({
          run: (signal) => {
            runs += 1;
            return clock.sleep(1e9, signal);
          },
        }),
      ],
      clock,
    );
    await clock.advance(10_000);
    await scheduler.stop();
    await clock.advance(600_000);
    expect(runs).toBe(1);
    expect(clock.sleeping).toBe(0);
  });
});
