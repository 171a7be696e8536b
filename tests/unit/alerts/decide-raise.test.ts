import { describe, expect, it } from 'vitest';
import { AlertMachine, HOUR_MS, lookAt } from '../../fakes/alert-machine.ts';

/** Opens an incident at this score and lets it end, one minute before the given cooldown minutes. */
function closedMachine(score: number): AlertMachine {
  const machine = new AlertMachine();
  machine.step(score);
  machine.steps(20, 80);
  expect(machine.state.incident).toBeUndefined();
  return machine;
}

describe('raising an incident', () => {
  it('a level at the rule is told at once', () => {
    const machine = new AlertMachine();
    const { reason, notice } = machine.step(70);
    expect(reason).toBe('raise');
    expect(notice).toMatchObject({ kind: 'raise', level: 'high', sequence: 1, side: 'down' });
    expect(notice?.incidentId).toBe(`ETH-down-${machine.now.toString(36)}-high`);
    expect(machine.state.incident).toMatchObject({ level: 'high', peakLevel: 'high' });
  });

  it('a quiet market writes nothing', () => {
    const machine = new AlertMachine();
    const before = machine.state;
    machine.steps(60, 50);
    expect(machine.state).toBe(before);
    expect(new Set(machine.reasons)).toEqual(new Set(['below-threshold']));
  });

  it('the same reading again is no news', () => {
    const machine = new AlertMachine();
    machine.step(70);
    const reading = lookAt({ score: 90 }, machine.now);
    const before = machine.state;
    expect(machine.decideOn(reading)).toEqual({ reason: 'same-reading', next: before });
    expect(machine.state).toBe(before);
  });

  it('a rise that comes from missing data alone is held', () => {
    const machine = new AlertMachine();
    const { reason, notice } = machine.step({ score: 90, frozen: 60, coverage: 0.5 });
    expect(reason).toBe('rise-from-missing-data');
    expect(notice).toBeUndefined();
  });

  it('a rise in the market is told although data is missing, at the level of the market', () => {
    const { notice } = new AlertMachine().step({ score: 90, frozen: 70, coverage: 0.5 });
    expect(notice).toMatchObject({ kind: 'raise', level: 'high' });
  });

  it('no level above the cap of the asset is told', () => {
    const machine = new AlertMachine();
    expect(machine.step({ score: 95, levelCap: 'high' }).notice?.level).toBe('high');
    const other = new AlertMachine('level:critical');
    expect(other.step({ score: 95, levelCap: 'high' }).reason).toBe('below-threshold');
  });

  it('an asset that is not eligible raises nothing', () => {
    expect(new AlertMachine().step({ score: 95, eligible: false }).reason).toBe('ineligible');
  });

  it('a configured hold waits for readings in a row, critical still goes at once', () => {
    const enterHoldReadings = { elevated: 3, high: 3, critical: 1 };
    const machine = new AlertMachine('level:high', { enterHoldReadings });
    for (const score of [70, 70, 50, 70, 70, 70]) machine.step(score);
    expect(machine.reasons).toEqual([
      'holding',
      'holding',
      'below-threshold',
      'holding',
      'holding',
      'raise',
    ]);
    const other = new AlertMachine('level:high', { enterHoldReadings });
    expect(other.step(85).reason).toBe('raise');
  });

  it('within the cooldown the same level is held, and told when it is over', () => {
    const machine = closedMachine(70);
    const closedAt = machine.state.closedAt ?? 0;
    machine.now = closedAt;
    expect(machine.steps(70, 29).map(({ reason }) => reason)).toEqual(Array(29).fill('cooldown'));
    expect(machine.step(70).reason).toBe('raise');
    expect(machine.now - closedAt).toBe(HOUR_MS / 2);
  });

  it('the cooldown writes its first reading only', () => {
    const machine = closedMachine(70);
    machine.now = machine.state.closedAt ?? 0;
    machine.step(70);
    const before = machine.state;
    machine.steps(70, 20);
    expect(machine.state).toBe(before);
  });

  it('worse than the peak of the last incident breaks the cooldown', () => {
    const machine = closedMachine(70);
    machine.now = machine.state.closedAt ?? 0;
    expect(machine.step(85).reason).toBe('raise');
  });

  it('the cooldown is measured against the peak, not against the last level told', () => {
    const machine = new AlertMachine('level:elevated');
    machine.step(70);
    machine.steps(20, 60);
    expect(machine.reasons.at(-1)).toBe('all-clear');
    expect(machine.step(70).reason).toBe('cooldown');
  });

  it('critical breaks the cooldown even after a critical incident', () => {
    const machine = new AlertMachine('level:critical');
    machine.step(85);
    machine.steps(20, 31);
    machine.now = machine.state.closedAt ?? 0;
    expect(machine.step(85).reason).toBe('raise');
  });

  it('times stored while the clock was ahead hold nothing back once it is right', () => {
    const machine = closedMachine(70);
    machine.now -= 24 * HOUR_MS;
    expect(machine.step(70).reason).toBe('raise');
    machine.now -= 24 * HOUR_MS;
    expect(machine.step(85).reason).toBe('escalate');
  });
});
