import { expect, it } from 'vitest';
import type { Platform } from '../../../src/bot/platforms/platform.ts';
import { createReadiness } from '../../../src/operations/readiness.ts';
import { makeMessage } from '../../fakes/make-message.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { load } from '../config/config-files.ts';

type State = ReturnType<Platform['state']>['state'];

async function ready(options: { evaluatedAgoMs?: number; platform?: State } = {}) {
  const clock = new VirtualClock();
  const store = await openTempStore();
  const evaluatedAt =
    options.evaluatedAgoMs === undefined ? undefined : clock.now() - options.evaluatedAgoMs;
  const readiness = createReadiness({
    pipeline: { lastEvaluationAt: () => evaluatedAt },
    store,
    platforms: [{ id: 'console', state: () => ({ state: options.platform ?? 'connected' }) }],
    clock,
    config: load().config,
  });
  return { readiness, store, clock };
}

it('ready: a recent evaluation, an empty outbox, a connected platform', async () => {
  const { readiness, clock } = await ready({ evaluatedAgoMs: 60_000 });
  expect(await readiness()).toEqual({
    ready: true,
    problems: [],
    details: {
      lastEvaluationAt: clock.now() - 60_000,
      outboxOldestDueAgeMs: 0,
      platforms: { console: 'connected' },
    },
  });
});

it('before the first evaluation it is not ready', async () => {
  const { readiness } = await ready();
  expect(await readiness()).toMatchObject({
    ready: false,
    problems: ['no evaluation yet'],
    details: { lastEvaluationAt: null },
  });
});

it('an evaluation three periods ago still counts, a later one does not', async () => {
  const inTime = await ready({ evaluatedAgoMs: 180_000 });
  expect((await inTime.readiness()).ready).toBe(true);
  const late = await ready({ evaluatedAgoMs: 180_001 });
  expect((await late.readiness()).problems).toEqual(['the last evaluation is 180 s old']);
});

it('a platform that is not connected is named', async () => {
  const { readiness } = await ready({ evaluatedAgoMs: 0, platform: 'connecting' });
  expect(await readiness()).toMatchObject({ ready: false, problems: ['console is connecting'] });
});

it('a message that stays unsent for over five minutes is a problem', async () => {
  const { readiness, store, clock } = await ready({ evaluatedAgoMs: 0 });
  await store.outbox.enqueue([makeMessage({ createdAt: clock.now() - 300_000 })]);
  expect((await readiness()).ready).toBe(true);
  await store.outbox.enqueue([makeMessage({ id: 'older', createdAt: clock.now() - 301_000 })]);
  expect((await readiness()).problems).toEqual(['the oldest unsent message is 301 s old']);
});

it('everything that is wrong is named at once, the database too', async () => {
  const { readiness, store } = await ready({ platform: 'stopped' });
  await store.close();
  const answer = await readiness();
  expect(answer.problems).toEqual([
    'no evaluation yet',
    expect.stringMatching(/^the database does not work: ./),
    'console is stopped',
  ]);
  expect(answer.details['outboxOldestDueAgeMs']).toBeNull();
});
