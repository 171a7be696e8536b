import { describe, expect, it } from 'vitest';
import { AlertMachine, HOUR_MS } from '../../fakes/alert-machine.ts';

function open(score = 70, ruleKey = 'level:high'): AlertMachine {
  const machine = new AlertMachine(ruleKey);
  machine.step(score);
  return machine;
}

describe('an open incident', () => {
  it('escalates at once and keeps its peak', () => {
    const machine = open();
    expect(machine.step(85).notice).toMatchObject({
      kind: 'escalate',
      level: 'critical',
      previousLevel: 'high',
      sequence: 2,
    });
    expect(machine.state.incident?.peakLevel).toBe('critical');
  });

  it('does not escalate on missing data alone', () => {
    const decision = open().step({ score: 95, frozen: 70, coverage: 0.5 });
    expect(decision.reason).toBe('rise-from-missing-data');
    expect(decision.notice).toBeUndefined();
  });

  it('unchanged readings write nothing until the repeat is due', () => {
    const machine = open();
    const before = machine.state;
    machine.steps(70, 239);
    expect(machine.state).toBe(before);
    const { notice } = machine.step(70);
    expect(notice).toMatchObject({ kind: 'repeat', level: 'high', sequence: 2 });
    expect(machine.steps(70, 239).some((decision) => decision.notice)).toBe(false);
  });

  it.each([
    [55, 'level:elevated', 12],
    [70, 'level:high', 4],
    [85, 'level:critical', 1],
  ])('a score of %d under %s is repeated every %d h', (score, ruleKey, hours) => {
    const machine = open(score, ruleKey);
    const first = machine.now;
    const repeats = machine
      .steps(score, hours * 6 * 2, 10)
      .flatMap(({ notice }) => (notice === undefined ? [] : [notice.at - first]));
    expect(repeats).toEqual([hours * HOUR_MS, 2 * hours * HOUR_MS]);
  });

  it('is cleared after three readings below the line and 30 minutes, not before', () => {
    const machine = open();
    machine.steps(57.9, 29);
    expect(machine.reasons.slice(1)).toEqual(Array(29).fill('step-down-held'));
    const { notice } = machine.step(57.9);
    expect(notice).toMatchObject({ kind: 'all-clear', level: 'elevated', previousLevel: 'high' });
    expect(machine.state.incident).toBeUndefined();
    expect(machine.state).toMatchObject({ closedAt: machine.now, lastPeakLevel: 'high' });
  });

  it('long in its level it still needs three readings in a row', () => {
    const machine = open();
    machine.steps(70, 60);
    for (const score of [20, 20, 58, 20, 20, 20]) machine.step(score);
    expect(machine.reasons.slice(-6)).toEqual([
      'step-down-held',
      'step-down-held',
      'unchanged',
      'step-down-held',
      'step-down-held',
      'all-clear',
    ]);
  });

  it('a score inside the margin holds it open', () => {
    const machine = open();
    machine.steps(58, 120);
    expect(new Set(machine.reasons.slice(1))).toEqual(new Set(['unchanged']));
  });

  it('goes down one level at a time, 30 minutes each', () => {
    const machine = open(85, 'level:elevated');
    machine.steps(5, 120);
    const told = machine.decisions.flatMap(({ notice }) => (notice ? [notice] : []));
    expect(told.map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      'raise critical',
      'de-escalate high',
      'de-escalate elevated',
      'all-clear low',
    ]);
    const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
    expect(gaps).toEqual([HOUR_MS / 2, HOUR_MS / 2, HOUR_MS / 2]);
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  it('thin coverage clears nothing and starts the count over', () => {
    const machine = open();
    machine.steps({ score: 10, coverage: 0.79 }, 100);
    expect(new Set(machine.reasons.slice(1))).toEqual(new Set(['coverage-too-low-to-clear']));
    expect(machine.steps(10, 3).map(({ reason }) => reason)).toEqual([
      'step-down-held',
      'step-down-held',
      'all-clear',
    ]);
  });

  it('is repeated while thin coverage holds it open', () => {
    const machine = open();
    const decisions = machine.steps({ score: 10, coverage: 0.5 }, 250);
    expect(decisions.filter(({ notice }) => notice?.kind === 'repeat')).toHaveLength(1);
  });

  it('neither a lower cap nor a low level beside a high score calms it', () => {
    const machine = open(85, 'level:critical');
    machine.steps({ score: 85, levelCap: 'high', side: { level: 'high' } }, 50);
    machine.steps({ score: 85, side: { level: 'low', levelFrozen: 'low' } }, 5);
    machine.steps({ score: 10, side: { level: 'critical' } }, 5);
    machine.steps({ score: 10, frozen: 85 }, 5);
    expect(machine.state.incident?.level).toBe('critical');
  });

  it('a frozen score inside the margin holds it open, however low the other', () => {
    const machine = open();
    machine.steps({ score: 10, frozen: 60 }, 100);
    expect(machine.state.incident).toBeDefined();
  });

  it.each([
    ['score', { score: { low: Number.NaN, point: Number.NaN, high: Number.NaN } }],
    ['frozen score', { scoreFrozen: Number.NaN }],
  ])('a %s that is not a number never counts as calm', (_which, side) => {
    const machine = open();
    machine.steps({ score: 10, side }, 100);
    expect(machine.state.incident).toBeDefined();
  });

  it('of an asset no longer eligible does not escalate, but is cleared by fresh data', () => {
    const machine = open();
    expect(machine.step({ score: 95, eligible: false })).toMatchObject({ reason: 'ineligible' });
    machine.steps({ score: 10, eligible: false }, 40);
    expect(machine.reasons).toContain('all-clear');
  });

  it('of an asset not eligible for a day is closed, and not as an all-clear', () => {
    const machine = open();
    machine.steps({ score: 70, eligible: false }, 24 * 6 + 1, 10);
    const last = machine.decisions.at(-1);
    expect(last?.reason).toBe('closed-not-eligible');
    expect(last?.notice).toMatchObject({ kind: 'blind', closed: 'not-eligible' });
    expect(machine.state.incident).toBeUndefined();
  });

  it('eligible again in between, the day starts over', () => {
    const machine = open();
    machine.steps({ score: 70, eligible: false }, 100, 10);
    machine.step(70, 10);
    machine.steps({ score: 70, eligible: false }, 100, 10);
    expect(machine.state.incident).toBeDefined();
  });
});
