import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/alerts/model.ts';
import { levelRank } from '../../../src/signals/model/ids.ts';
import { AlertMachine, type Look, lookAt, MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { AlertWatcher } from './alert-watcher.ts';
import { isUsable, liveThrough, lookIn, type Spell, spells } from './weather.ts';

const rules = fc.constantFrom('elevated', 'high', 'critical');
const ruleKeys = fc.constantFrom('level:elevated', 'level:high', 'shock-below:0.04');
const HALF_MINUTE_MS = 30_000;
const SETTINGS = { seed: 20260120, numRuns: 120 };

/** What a notice says, without its number and what was remembered as told. */
function wordsOf(notice: Notice | undefined) {
  if (notice === undefined || notice.kind === 'update') return undefined;
  const { sequence: _number, incident, ...rest } = notice;
  const { toldPoint, toldShockFraction, lastToldAt, sequence, ...told } = incident ?? {};
  return { ...rest, told };
}

/** A look whose critical shock follows its score, so that shock rules live as well. */
function withShock(look: Look | undefined): Look | undefined {
  if (look === undefined) return undefined;
  const { score, frozen = score } = look;
  const side = {
    criticalShockFraction: 0.1 - score / 1100,
    criticalShockFrozenFraction: 0.1 - frozen / 1100,
  };
  return { ...look, side };
}

/** Every reading of the weather, each looked at twice, as when nothing new came in between. */
function* looksIn(weather: readonly Spell[]) {
  let now = START_AT;
  for (const spell of weather) {
    now += spell.stopMinutes * MINUTE_MS;
    for (let tick = 0; tick < spell.ticks; tick += 1) {
      const look = withShock(lookIn(spell, tick));
      const at = now + spell.minutesPerTick * MINUTE_MS;
      yield { look, at, now: at, restart: spell.restart };
      now = at + HALF_MINUTE_MS;
      yield { look, at, now, restart: false };
    }
  }
}

describe('with updates, whatever the market and the data do', () => {
  it('everything else is told as without them', () => {
    const counts = { updates: 0, others: 0 };
    fc.assert(
      fc.property(ruleKeys, spells, (ruleKey, weather) => {
        const plain = new AlertMachine(ruleKey);
        const updating = new AlertMachine(ruleKey, {}, true);
        for (const { look, at, now, restart } of looksIn(weather)) {
          const [without, withThem] = [plain, updating].map((machine) => {
            machine.now = now;
            return machine.decideOn(look === undefined ? undefined : lookAt(look, at)).notice;
          });
          expect(wordsOf(withThem)).toEqual(wordsOf(without));
          if (withThem?.kind === 'update') counts.updates += 1;
          else if (withThem !== undefined) counts.others += 1;
          if (restart) updating.restart();
        }
      }),
      SETTINGS,
    );
    expect(counts.updates).toBeGreaterThan(200);
    expect(counts.others).toBeGreaterThan(300);
  });

  it('updates are spaced, in order, of eligible readings, and never tell a higher level', () => {
    let updates = 0;
    fc.assert(
      fc.property(rules, spells, (rule, weather) => {
        const machine = new AlertMachine(`level:${rule}`, {}, true);
        let told: Pick<Notice, 'at' | 'sequence' | 'level'> = { at: 0, sequence: 0, level: 'low' };
        liveThrough(machine, weather, (look) => {
          const notice = machine.decisions.at(-1)?.notice;
          if (notice === undefined) return;
          if (notice.kind === 'update') {
            updates += 1;
            expect(machine.now - told.at).toBeGreaterThanOrEqual(machine.policy.updateMs);
            expect(notice.sequence).toBe(told.sequence + 1);
            expect(notice.level).toBe(told.level);
            expect(isUsable(look) && look.eligible !== false).toBe(true);
          }
          told = { at: machine.now, sequence: notice.sequence, level: notice.level };
        });
      }),
      SETTINGS,
    );
    expect(updates).toBeGreaterThan(200);
  });

  it('silence clears and lowers nothing, and tells no figure', () => {
    let open = 0;
    fc.assert(
      fc.property(rules, spells, fc.integer({ min: 1, max: 79 }), (rule, weather, percent) => {
        const machine = new AlertMachine(`level:${rule}`, {}, true);
        liveThrough(machine, weather, () => {});
        machine.step({ score: 30, coverage: 0.5 }, 5);
        const level = machine.state.incident?.level;
        if (level === undefined) return;
        open += 1;
        const before = machine.decisions.length;
        for (let tick = 0; tick < 200; tick += 1) {
          // The twin without drift stands still, as its inputs do.
          machine.step({ score: 30 + tick / 4, frozen: 30, coverage: percent / 100 }, 5);
        }
        const told = machine.decisions.slice(before).flatMap(({ notice }) => notice ?? []);
        expect(machine.state.incident?.level).toBe(level);
        expect(told.every((notice) => levelRank(notice.level) >= levelRank(level))).toBe(true);
        const updates = told.filter(({ kind }) => kind === 'update');
        // The figure from before the silence may be owed still; nothing follows it.
        expect(updates.length).toBeLessThanOrEqual(1);
        expect(told.some(({ kind }) => kind === 'all-clear' || kind === 'de-escalate')).toBe(false);
      }),
      SETTINGS,
    );
    expect(open).toBeGreaterThan(20);
  });

  it('is never silent when worse, never twice the same, never lowered without reason', () => {
    fc.assert(
      fc.property(rules, spells, (rule, weather) => {
        const machine = new AlertMachine(`level:${rule}`, {}, true);
        const watcher = new AlertWatcher(rule, machine.policy);
        liveThrough(machine, weather, (look) => {
          const decision = machine.decisions.at(-1);
          if (decision === undefined) throw new Error('no decision');
          if (!isUsable(look)) watcher.missed();
          watcher.see(isUsable(look) ? look : undefined, decision, machine.now);
        });
      }),
      SETTINGS,
    );
  });
});
