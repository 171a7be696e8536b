import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/alerts/decide.ts';
import { parseRuleKey } from '../../../src/alerts/rule-key.ts';
import { AlertMachine, HOUR_MS, lookAt } from '../../fakes/alert-machine.ts';
import { deepFreeze } from '../../fakes/deep-freeze.ts';
import { AlertWatcher } from './alert-watcher.ts';
import { isUsable, liveThrough, type Spell, spells } from './weather.ts';

const RULES = ['elevated', 'high', 'critical'] as const;
const rules = fc.constantFrom(...RULES);
const SETTINGS = { seed: 20260101, numRuns: 150 };

function live(rule: (typeof RULES)[number], weather: readonly Spell[]): AlertMachine {
  const machine = new AlertMachine(`level:${rule}`);
  liveThrough(machine, weather, () => {});
  return machine;
}

function lastNotice(machine: AlertMachine) {
  return machine.decisions.findLast(({ notice }) => notice !== undefined)?.notice;
}

describe('whatever the market and the data do', () => {
  it('never silent when worse, never twice the same, never lowered without reason', () => {
    let notices = 0;
    fc.assert(
      fc.property(rules, spells, (rule, weather) => {
        const machine = new AlertMachine(`level:${rule}`);
        const watcher = new AlertWatcher(rule, machine.policy);
        liveThrough(machine, weather, (look) => {
          const decision = machine.decisions.at(-1);
          if (decision === undefined) throw new Error('no decision');
          if (!isUsable(look)) watcher.missed();
          watcher.see(isUsable(look) ? look : undefined, decision, machine.now);
          expect(machine.state.incident !== undefined).toBe(watcher.isOpen);
        });
        notices += watcher.notices;
      }),
      SETTINGS,
    );
    // The series must be eventful, or nothing was tested.
    expect(notices).toBeGreaterThan(300);
  });

  it('a restart at any tick changes no decision', () => {
    fc.assert(
      fc.property(rules, spells, (rule, weather) => {
        const through = live(
          rule,
          weather.map((spell) => ({ ...spell, restart: false })),
        );
        const restarted = new AlertMachine(`level:${rule}`);
        liveThrough(restarted, weather, () => restarted.restart());
        expect(restarted.decisions.map(({ notice }) => notice)).toEqual(
          through.decisions.map(({ notice }) => notice),
        );
      }),
      SETTINGS,
    );
  });

  it('decisions are pure, and a saved reading decided on again changes nothing', () => {
    fc.assert(
      fc.property(rules, spells, (name, weather) => {
        const machine = live(name, weather);
        const { state, now, policy } = machine;
        const rule = parseRuleKey(state.ruleKey);
        for (const score of [0, 55, 70, 90]) {
          const reading = lookAt({ score }, now + 1000);
          const input = deepFreeze({ state: structuredClone(state), rule, reading, now, policy });
          const first = decide(input);
          expect(decide(input)).toEqual(first);
          if (first.next === input.state) expect(first.notice).toBeUndefined();
          const again = decide({ ...input, state: first.next });
          expect(again.notice).toBeUndefined();
          expect(again.next).toEqual(first.next);
        }
      }),
      SETTINGS,
    );
  });

  it('freezing inputs neither lowers, clears nor raises, for as long as they are frozen', () => {
    let open = 0;
    fc.assert(
      fc.property(rules, spells, fc.integer({ min: 1, max: 79 }), (rule, weather, percent) => {
        const machine = live(rule, weather);
        const told = machine.state.incident?.level;
        if (told === undefined) return;
        open += 1;
        const before = machine.decisions.length;
        for (let tick = 0; tick < 200; tick += 1) {
          const drifted = Math.min(100, tick);
          machine.step({ score: drifted, frozen: 10, coverage: percent / 100 }, 5);
        }
        const kinds = machine.decisions.slice(before).map(({ notice }) => notice?.kind);
        expect(kinds.filter((kind) => kind !== 'repeat' && kind !== 'sighted')).toEqual(
          Array(kinds.filter((kind) => kind === undefined).length).fill(undefined),
        );
        expect(machine.state.incident?.level).toBe(told);
      }),
      SETTINGS,
    );
    expect(open).toBeGreaterThan(30);
  });

  it.each([
    ['calm readings return', { score: 10 }, 2 * HOUR_MS, 'all-clear'],
    ['the asset stays ineligible and calm', { score: 10, eligible: false }, 2 * HOUR_MS, undefined],
    ['the inputs never return', undefined, 25 * HOUR_MS, 'blind'],
    ['nothing is fresh ever again', { score: 99, coverage: 0 }, 25 * HOUR_MS, 'blind'],
    ['the asset is delisted while bad', { score: 99, eligible: false }, 25 * HOUR_MS, 'blind'],
  ])('every incident closes when %s', (_when, look, withinMs, kind) => {
    let open = 0;
    fc.assert(
      fc.property(rules, spells, (rule, weather) => {
        const machine = live(rule, weather);
        if (machine.state.incident === undefined) return;
        open += 1;
        const end = machine.now + withinMs;
        while (machine.now < end) machine.step(look, 5);
        expect(machine.state.incident).toBeUndefined();
        if (kind !== undefined) expect(lastNotice(machine)?.kind).toBe(kind);
      }),
      { ...SETTINGS, numRuns: 60 },
    );
    expect(open).toBeGreaterThan(10);
  });

  it('a source that is retired after a day lets the incident end', () => {
    const machine = new AlertMachine('level:high');
    machine.step(85);
    machine.steps({ score: 90, frozen: 85, coverage: 0.5 }, 24 * 12, 5);
    expect(machine.state.incident).toBeDefined();
    machine.steps({ score: 20, coverage: 1 }, 24, 5);
    expect(machine.state.incident).toBeUndefined();
  });
});
