import { afterEach, expect, it, vi } from 'vitest';
import { createSteadyClock } from '../../src/real-clock.ts';

afterEach(() => vi.restoreAllMocks());

it('time goes on evenly when the machine’s clock is set back or ahead', () => {
  const clock = createSteadyClock();
  const before = clock.now();
  expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
  for (const correctionMs of [-3_600_000, 3_600_000]) {
    vi.spyOn(Date, 'now').mockReturnValue(before + correctionMs);
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now - before).toBeLessThan(60_000);
  }
});
