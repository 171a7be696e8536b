import { expect, it } from 'vitest';
import { createSkewWatch } from '../../src/skew-watch.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';

const NOW = Date.UTC(2026, 0, 1);

function watched() {
  const log = new RecordingLogger();
  const seen = createSkewWatch({ now: () => NOW }, log);
  const told = () => log.lines.map(({ level, fields }) => [level, fields['aheadSeconds']]);
  return { seen, told };
}

it('a clock that is hours wrong is told once, and once more when it is right', () => {
  const { seen, told } = watched();
  for (const aheadMs of [1_000, 7_200_000, 7_201_000, 45_000, -20_000]) seen(NOW - aheadMs);
  seen(NOW + 3_600_000);
  expect(told()).toEqual([
    ['warn', 7200],
    ['info', -20],
    ['warn', -3600],
  ]);
});

it('what an answer takes on its way is no wrong clock', () => {
  const { seen, told } = watched();
  for (const aheadMs of [0, 59_999, -59_999]) seen(NOW - aheadMs);
  expect(told()).toEqual([]);
});
