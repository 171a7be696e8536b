import { describe, expect, it } from 'vitest';
import { AlertMachine, type Look } from '../../fakes/alert-machine.ts';

const shock = (fraction: number, frozen?: number, rest: Partial<Look> = {}): Look => ({
  score: 30,
  ...rest,
  side: {
    criticalShockFraction: fraction,
    ...(frozen === undefined ? {} : { criticalShockFrozenFraction: frozen }),
  },
});

const noShock: Look = { score: 30, calm: true };

describe('a shock-below rule', () => {
  it('fires below its fraction, whatever the level', () => {
    const machine = new AlertMachine('shock-below:0.03');
    expect(machine.step(shock(0.03)).reason).toBe('below-threshold');
    expect(machine.step(noShock).reason).toBe('below-threshold');
    const { notice } = machine.step(shock(0.029));
    expect(notice).toMatchObject({ kind: 'raise', level: 'low' });
    expect(machine.state.incident?.nearestShockFraction).toBe(0.029);
  });

  it('escalates only when the nearest shock told shrinks by more than a quarter', () => {
    const machine = new AlertMachine('shock-below:0.03');
    machine.step(shock(0.028));
    expect(machine.step(shock(0.0211)).reason).toBe('unchanged');
    const { notice } = machine.step(shock(0.0209));
    expect(notice).toMatchObject({ kind: 'escalate', previousShockFraction: 0.028 });
    expect(machine.step(shock(0.0209)).reason).toBe('unchanged');
    expect(machine.state.incident?.nearestShockFraction).toBe(0.0209);
  });

  it('does not fire on missing data alone: by the frozen shock where there is one', () => {
    const machine = new AlertMachine('shock-below:0.03');
    expect(machine.step(shock(0.02, 0.04, { coverage: 0.5 })).reason).toBe(
      'rise-from-missing-data',
    );
    expect(machine.step(shock(0.02, 0.025, { coverage: 0.5 })).reason).toBe('raise');
    expect(machine.state.incident?.nearestShockFraction).toBe(0.025);
  });

  it('does not fire on missing data alone: by the score where there is no frozen shock', () => {
    const machine = new AlertMachine('shock-below:0.03');
    const moved = shock(0.02, undefined, { coverage: 0.5, score: 30, frozen: 20 });
    expect(machine.step(moved).reason).toBe('rise-from-missing-data');
    expect(machine.step(shock(0.02, undefined, { coverage: 0.5 })).reason).toBe('raise');
  });

  it('clears above a quarter more than its fraction, after the holds', () => {
    const machine = new AlertMachine('shock-below:0.04');
    machine.step(shock(0.03));
    machine.steps(shock(0.05), 60);
    expect(machine.state.incident).toBeDefined();
    machine.steps(shock(0.0501, 0.03), 5);
    expect(machine.state.incident).toBeDefined();
    expect(machine.steps(shock(0.0501), 3).map(({ reason }) => reason)).toEqual([
      'step-down-held',
      'step-down-held',
      'all-clear',
    ]);
  });

  it('none within reach counts as clear', () => {
    const machine = new AlertMachine('shock-below:0.04');
    machine.step(shock(0.03));
    machine.steps(noShock, 40);
    expect(machine.reasons).toContain('all-clear');
  });

  it('its cooldown is broken by a clearly nearer shock', () => {
    const machine = new AlertMachine('shock-below:0.04');
    machine.step(shock(0.03));
    machine.steps(shock(0.06), 30);
    expect(machine.state).toMatchObject({ lastNearestShockFraction: 0.03 });
    expect(machine.step(shock(0.025)).reason).toBe('cooldown');
    expect(machine.step(shock(0.022)).reason).toBe('raise');
  });
});
