import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { withRetry } from '../../../src/sources/kit/retry.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

function failing(
  times: number,
  error: () => unknown,
): { run: () => Promise<string>; tries(): number } {
  let tried = 0;
  return {
    tries: () => tried,
    async run() {
      tried += 1;
      if (tried <= times) throw error();
      return 'answer';
    },
  };
}

const unavailable = () => new SourceError('unavailable', 'down');

test('pauses are a uniform draw below a doubling ceiling', async () => {
  const clock = new InstantClock();
  const call = failing(2, unavailable);
  await expect(withRetry(call.run, { clock, random: () => 0.5 })).resolves.toBe('answer');
  expect(clock.sleptMs).toEqual([250, 500]);
});

test('gives up after three tries with the last error', async () => {
  const call = failing(9, unavailable);
  const run = withRetry(call.run, { clock: new InstantClock(), random: () => 0 });
  await expect(run).rejects.toMatchObject({ reason: 'unavailable' });
  expect(call.tries()).toBe(3);
});

test('waits at least as long as the venue asks', async () => {
  const clock = new InstantClock();
  const call = failing(1, () => new SourceError('rate-limited', 'slow', { retryAfterMs: 7000 }));
  await withRetry(call.run, { clock, random: () => 0.5 });
  expect(clock.sleptMs).toEqual([7000]);
});

test('gives up at once when the venue asks for more than the longest pause', async () => {
  const clock = new InstantClock();
  const call = failing(1, () => new SourceError('rate-limited', 'ban', { retryAfterMs: 600_000 }));
  const run = withRetry(call.run, { clock, random: () => 0.5 });
  await expect(run).rejects.toMatchObject({ reason: 'rate-limited' });
  expect(clock.sleptMs).toEqual([]);
});

test.each([
  ['a bad payload', () => new SourceError('bad-payload', 'no JSON')],
  ['a bug', () => new TypeError('bug')],
  [
    'a refusal of our own',
    () => new SourceError('unavailable', 'resting', { context: { refusedLocally: true } }),
  ],
])('%s is not retried', async (_name, error) => {
  const call = failing(1, error);
  await expect(
    withRetry(call.run, { clock: new InstantClock(), random: () => 0 }),
  ).rejects.toThrow();
  expect(call.tries()).toBe(1);
});

test('a refusal of our own after a real failure tells of the failure', async () => {
  const refusal = new SourceError('unavailable', 'resting', { context: { refusedLocally: true } });
  const errors = [new SourceError('unavailable', 'connection failed'), refusal];
  const run = withRetry(() => Promise.reject(errors.shift()), {
    clock: new InstantClock(),
    random: () => 0,
  });
  await expect(run).rejects.toThrow('connection failed');
});

test('an abort during the pause ends it', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const call = failing(1, unavailable);
  const options = { clock, random: () => 0.5, signal: controller.signal };
  const run = withRetry(call.run, options);
  const outcome = expect(run).rejects.toThrow('stopping');
  await clock.advance(10);
  controller.abort(new Error('stopping'));
  await outcome;
  expect(call.tries()).toBe(1);
});
