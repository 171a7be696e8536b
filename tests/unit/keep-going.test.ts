import { expect, it } from 'vitest';
import { keepGoing } from '../../src/keep-going.ts';
import { InstantClock } from '../fakes/instant-clock.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';

it('a part that fails or ends is begun anew with growing waits, until it is told to stop', async () => {
  const stop = new AbortController();
  const log = new RecordingLogger();
  let runs = 0;
  const work = async () => {
    runs += 1;
    if (runs === 1) throw new Error('a bug');
    if (runs === 9) stop.abort();
  };
  await keepGoing(work, { name: 'platform x', clock: new InstantClock(), log }, stop.signal);
  expect(runs).toBe(9);
  const waits = log.lines.map(({ fields }) => fields['waitMs']);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(log.lines[0]?.fields['reason']).toContain('a bug');
  expect(log.lines[1]?.fields['reason']).toBe('it ended by itself');
});

it('after a long good run the waits are short again', async () => {
  const stop = new AbortController();
  const log = new RecordingLogger();
  const clock = new InstantClock();
  let runs = 0;
  const work = async () => {
    runs += 1;
    if (runs === 4) await clock.sleep(600_000);
    if (runs === 6) stop.abort();
  };
  await keepGoing(work, { name: 'platform x', clock, log }, stop.signal);
  const waits = log.lines.map(({ fields }) => fields['waitMs']);
  expect(waits).toEqual([1000, 2000, 4000, 1000, 2000]);
});

it('a part that was told to stop is not begun at all', async () => {
  const log = new RecordingLogger();
  const never = () => Promise.reject(new Error('begun'));
  const parts = { name: 'x', clock: new InstantClock(), log };
  await keepGoing(never, parts, AbortSignal.abort());
  expect(log.lines).toEqual([]);
});
