import { describe, expect, it } from 'vitest';
import { AlertMachine, lookAt, MINUTE_MS } from '../../fakes/alert-machine.ts';

function blindMachine(): AlertMachine {
  const machine = new AlertMachine();
  machine.step(70);
  machine.steps(undefined, 16);
  return machine;
}

describe('without usable readings', () => {
  it('nothing happens while no incident is open', () => {
    const machine = new AlertMachine();
    const before = machine.state;
    machine.steps(undefined, 100);
    expect(machine.state).toBe(before);
    expect(new Set(machine.reasons)).toEqual(new Set(['no-reading']));
  });

  it('an open incident is told as blind once, after 15 minutes', () => {
    const machine = blindMachine();
    expect(machine.reasons.slice(1)).toEqual([...Array(15).fill('missing-held'), 'went-blind']);
    expect(machine.decisions.at(-1)?.notice).toMatchObject({ kind: 'blind', level: 'high' });
    const before = machine.state;
    machine.steps(undefined, 60);
    expect(machine.state).toBe(before);
  });

  it('readings back are told as sighted once, and the level stands', () => {
    const machine = blindMachine();
    expect(machine.step(20).notice).toMatchObject({ kind: 'sighted', level: 'high', sequence: 3 });
    expect(machine.state.incident?.blindSince).toBeUndefined();
    expect(machine.step(70).notice).toBeUndefined();
  });

  it('readings back and worse escalate instead', () => {
    const machine = blindMachine();
    expect(machine.step(85).notice?.kind).toBe('escalate');
    expect(machine.step(85).notice).toBeUndefined();
  });

  it('a short gap is not told, but breaks a row of calm readings', () => {
    const machine = new AlertMachine();
    machine.step(70);
    machine.steps(70, 40);
    machine.steps(20, 2);
    machine.step(undefined);
    machine.steps(20, 2);
    expect(machine.state.incident).toBeDefined();
    expect(machine.step(20).reason).toBe('all-clear');
  });

  it('two short gaps do not add up to a long one', () => {
    const machine = new AlertMachine();
    machine.step(70);
    machine.steps(undefined, 10);
    machine.step(70);
    machine.steps(undefined, 10);
    expect(machine.reasons).not.toContain('went-blind');
  });

  it('a reading too old, or one in which nothing is fresh, counts as none', () => {
    const machine = new AlertMachine();
    machine.step(70);
    const old = lookAt({ score: 90 }, machine.now + 1);
    machine.now += 6 * MINUTE_MS;
    expect(machine.decideOn(old).reason).toBe('missing-held');
    expect(machine.step({ score: 90, coverage: 0 }).reason).toBe('missing-held');
  });

  it('a restart after a long stop is not mistaken for an outage', () => {
    const machine = new AlertMachine();
    machine.step(70);
    machine.now += 30 * 60 * MINUTE_MS;
    machine.restart();
    expect(machine.step(undefined).reason).toBe('missing-held');
    expect(machine.step(70).notice?.kind).toBe('repeat');
  });

  it('after a day it is closed with a last notice that is no all-clear', () => {
    const machine = blindMachine();
    machine.steps(undefined, 24 * 6, 10);
    const closing = machine.decisions.find(({ reason }) => reason === 'closed-no-data');
    expect(closing?.notice).toMatchObject({ kind: 'blind', closed: 'no-data', sequence: 3 });
    expect(machine.state.incident).toBeUndefined();
    expect(machine.decisions.filter(({ notice }) => notice)).toHaveLength(3);
  });

  it('after a close without data there is no cooldown', () => {
    const machine = blindMachine();
    machine.steps(undefined, 24 * 6, 10);
    machine.now = machine.state.closedAt ?? 0;
    expect(machine.step(70).reason).toBe('raise');
  });
});
