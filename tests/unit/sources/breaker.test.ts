import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { createBreaker } from '../../../src/sources/kit/breaker.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';

const clock = () => new InstantClock(0);
const fail = (reason: SourceError['reason']) => () => Promise.reject(new SourceError(reason, 'no'));
const answer = () => Promise.resolve('answer');
const RESTING = /resting/;

async function failTimes(
  breaker: ReturnType<typeof createBreaker>,
  times: number,
  reason: SourceError['reason'] = 'unavailable',
): Promise<void> {
  for (let call = 0; call < times; call += 1) {
    await expect(breaker.run(fail(reason))).rejects.toMatchObject({ reason });
  }
}

test('opens after five failures in a row and then refuses at once', async () => {
  const breaker = createBreaker({ source: 'venue', clock: clock() });
  await failTimes(breaker, 5, 'timeout');
  let asked = false;
  const refused = breaker.run(async () => {
    asked = true;
  });
  await expect(refused).rejects.toMatchObject({ reason: 'timeout' });
  await expect(refused).rejects.toThrow(RESTING);
  expect(asked).toBe(false);
});

test('a success in between starts the count again', async () => {
  const breaker = createBreaker({ source: 'venue', clock: clock() });
  await failTimes(breaker, 4);
  await breaker.run(answer);
  await failTimes(breaker, 4);
  await expect(breaker.run(answer)).resolves.toBe('answer');
});

test('answers that are merely wrong do not open it', async () => {
  const breaker = createBreaker({ source: 'venue', clock: clock() });
  await failTimes(breaker, 20, 'bad-payload');
  await failTimes(breaker, 20, 'rate-limited');
  await expect(breaker.run(answer)).resolves.toBe('answer');
});

test('after its rest one probe is let through, and its success closes it', async () => {
  const time = clock();
  const breaker = createBreaker({ source: 'venue', clock: time });
  await failTimes(breaker, 5);
  time.advance(15_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = breaker.run(() => promise);
  await expect(breaker.run(answer)).rejects.toThrow(RESTING);
  resolve('back');
  await expect(probe).resolves.toBe('back');
  await expect(breaker.run(answer)).resolves.toBe('answer');
});

test('a failed probe doubles the rest, up to five minutes', async () => {
  const time = clock();
  const breaker = createBreaker({ source: 'venue', clock: time });
  await failTimes(breaker, 5);
  for (const restMs of [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
    time.advance(restMs - 1);
    await expect(breaker.run(answer)).rejects.toThrow(RESTING);
    time.advance(1);
    await failTimes(breaker, 1);
  }
});

test('a probe that our own budget refused counts for nothing', async () => {
  const time = clock();
  const breaker = createBreaker({ source: 'venue', clock: time });
  await failTimes(breaker, 5);
  time.advance(15_000);
  const refusal = new SourceError('rate-limited', 'budget', { context: { refusedLocally: true } });
  await expect(breaker.run(() => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(breaker.run(answer)).resolves.toBe('answer');
});
