import { describe, expect, it } from 'vitest';
import { AlertMachine, type Look } from '../../fakes/alert-machine.ts';

function open(score = 70, ruleKey = 'level:high', updates = true): AlertMachine {
  const machine = new AlertMachine(ruleKey, {}, updates);
  machine.step(score);
  return machine;
}

const shock = (fraction: number, rest: Partial<Look> = {}): Look => ({
  score: 70,
  side: { criticalShockFraction: fraction },
  ...rest,
});

describe('figures of an open incident that moved', () => {
  it('are told once five minutes have passed since the last notice, with what was told before', () => {
    const machine = open();
    expect(machine.steps(74, 4).map(({ reason }) => reason)).toEqual(Array(4).fill('unchanged'));
    const { reason, notice } = machine.step(76);
    expect(reason).toBe('update');
    expect(notice).toMatchObject({
      kind: 'update',
      level: 'high',
      sequence: 2,
      previousPoint: 70,
      previousShockFraction: 0.031,
    });
    expect(notice?.incident).toMatchObject({ toldPoint: 76, toldShockFraction: 0.031 });
    expect(machine.steps(76, 20).some((decision) => decision.notice)).toBe(false);
  });

  it('are not told where no message can be edited', () => {
    const machine = open(70, 'level:high', false);
    expect(machine.steps(79, 60).some((decision) => decision.notice)).toBe(false);
  });

  it('are measured against what was told, so that a slow creep is told as well', () => {
    const machine = open();
    const told = [71, 72, 73, 74, 75, 76].map((score) => machine.step(score, 5).notice?.kind);
    expect(told).toEqual([undefined, undefined, 'update', undefined, undefined, 'update']);
  });

  it.each<[string, Look, boolean]>([
    ['the score by less than 3 points', { score: 72.9 }, false],
    ['the score down by 3 points', { score: 67 }, true],
    ['the critical shock by less than a tenth', shock(0.0335), false],
    ['the critical shock nearer by a tenth', shock(0.0278), true],
    ['the critical shock farther by a tenth', shock(0.0342), true],
    ['the critical shock gone', { score: 70, calm: true }, true],
    ['a score that is not a number', { score: Number.NaN, frozen: 70 }, false],
    ['only what missing data adds', { score: 76, frozen: 70, coverage: 0.5 }, false],
    ['also what the market adds', { score: 79, frozen: 74, coverage: 0.5 }, true],
    ['all of it while the asset is not eligible', { score: 79, eligible: false }, false],
    [
      'what missing data lifts above the level told',
      { score: 90, frozen: 79, coverage: 0.5 },
      false,
    ],
  ])('%s', (_what, look, told) => {
    expect(open().step(look, 6).notice?.kind).toBe(told ? 'update' : undefined);
  });

  it('a critical shock that appears is told', () => {
    const machine = new AlertMachine('level:high', {}, true);
    machine.step({ score: 70, calm: true });
    expect(machine.state.incident).not.toHaveProperty('toldShockFraction');
    const { notice } = machine.step(70, 6);
    expect(notice?.kind).toBe('update');
    expect(notice).not.toHaveProperty('previousShockFraction');
  });

  it('a critical shock that missing data hides is neither gone nor moved', () => {
    const machine = open();
    const hidden = shock(0.01, { score: 72, frozen: 70, coverage: 0.5 });
    expect(machine.step(hidden, 6).notice).toBeUndefined();
    machine.step({ ...hidden, score: 76, frozen: 74 }, 6);
    expect(machine.state.incident?.toldShockFraction).toBe(0.031);
  });

  it('a nearer critical shock of a shock rule never takes the level above the one told', () => {
    const machine = new AlertMachine('shock-below:0.04', {}, true);
    machine.step(shock(0.035, { score: 55 }));
    const { notice } = machine.step(shock(0.03, { score: 90 }), 6);
    expect(notice).toMatchObject({ kind: 'update', level: 'elevated' });
    expect(machine.state.incident?.level).toBe('elevated');
  });

  it('wait for every kind of notice, which remembers its own figures as told', () => {
    const machine = open();
    machine.step(85, 4);
    expect(machine.state.incident?.toldPoint).toBe(85);
    expect(machine.step(90, 4).notice).toBeUndefined();
    expect(machine.step(90, 1).notice?.kind).toBe('update');
    machine.steps(undefined, 2, 16);
    expect(machine.state.incident).toMatchObject({ toldPoint: 90 });
    expect(machine.step(99).notice?.kind).toBe('sighted');
    expect(machine.step(94, 4).notice).toBeUndefined();
    expect(machine.step(94, 1).notice).toMatchObject({ kind: 'update', previousPoint: 99 });
  });

  it('a repeat that is due comes first, and updates do not put it off', () => {
    const machine = open();
    const kinds = Array.from({ length: 24 }, (_, index) => machine.step(70 + (index % 2) * 5, 10));
    const told = kinds.map(({ notice }) => notice?.kind);
    expect(told.slice(0, 23).filter((kind) => kind !== 'update')).toEqual([undefined]);
    expect(told[23]).toBe('repeat');
    expect(machine.now - (machine.state.incident?.lastNoticeAt ?? 0)).toBe(0);
  });

  it('an incident stored before updates existed goes on, and its figures are told once', () => {
    const machine = open();
    const { incident, ...rest } = machine.state;
    if (incident === undefined) throw new Error('no incident');
    const { toldPoint: _p, toldShockFraction: _s, lastToldAt: _t, ...old } = incident;
    machine.state = { ...rest, incident: old };
    expect(machine.step(70, 4).notice).toBeUndefined();
    const { notice } = machine.step(70, 1);
    expect(notice?.kind).toBe('update');
    expect(notice).not.toHaveProperty('previousPoint');
    expect(machine.steps(70, 30).some((decision) => decision.notice)).toBe(false);
  });

  it('a clock that was ahead holds no update back, and makes no stream of them', () => {
    const machine = open();
    machine.now -= 60 * 60_000;
    expect(machine.steps(75, 10).filter(({ notice }) => notice?.kind === 'update')).toHaveLength(1);
  });

  it('an update changes nothing but what was told', () => {
    const [plain, updating] = [open(70, 'level:high', false), open()];
    for (const machine of [plain, updating]) machine.steps(55, 10);
    const { toldPoint, lastToldAt, sequence, ...rest } = updating.state.incident ?? {};
    expect({ toldPoint, sequence }).toEqual({ toldPoint: 55, sequence: 2 });
    expect(plain.state.incident).toMatchObject(rest);
    expect(updating.state.lastReadingAt).toBe(plain.state.lastReadingAt);
    expect(lastToldAt).toBe(updating.now - 5 * 60_000);
  });
});
