import fc from 'fast-check';
import { type AlertMachine, type Look, MINUTE_MS } from '../../fakes/alert-machine.ts';

/** A stretch of market and data conditions; scores wander around its own. */
export interface Spell {
  kind: 'clear' | 'drift' | 'thin' | 'gone' | 'nothing-fresh' | 'ineligible' | 'capped';
  score: number;
  /** Added by missing data in a drift. */
  driftPoints: number;
  ticks: number;
  minutesPerTick: number;
  restart: boolean;
  /** The program stands still before the spell. */
  stopMinutes: number;
}

export const spells: fc.Arbitrary<Spell[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Spell['kind'][]>(
      'clear',
      'clear',
      'clear',
      'drift',
      'thin',
      'gone',
      'nothing-fresh',
      'ineligible',
      'capped',
    ),
    score: fc.integer({ min: 0, max: 100 }),
    driftPoints: fc.integer({ min: 0, max: 40 }),
    ticks: fc.integer({ min: 1, max: 45 }),
    minutesPerTick: fc.constantFrom(1, 1, 1, 5, 45),
    restart: fc.boolean(),
    stopMinutes: fc.constantFrom(0, 0, 0, 20, 3000),
  }),
  { minLength: 5, maxLength: 14 },
);

/** What a tick of the spell sees; undefined: no reading at all. */
export function lookIn(spell: Spell, tick: number): Look | undefined {
  const wander = ((tick * 7) % 11) - 5;
  const score = Math.min(100, Math.max(0, spell.score + wander));
  switch (spell.kind) {
    case 'gone':
      return undefined;
    case 'clear':
      return { score };
    case 'drift':
      return { score: Math.min(100, score + spell.driftPoints), frozen: score, coverage: 0.6 };
    case 'thin':
      return { score, coverage: (60 + (tick % 30)) / 100 };
    case 'nothing-fresh':
      return { score, coverage: 0 };
    case 'ineligible':
      return { score, eligible: false };
    case 'capped':
      return { score, levelCap: 'high' };
  }
}

export function isUsable(look: Look | undefined): look is Look {
  return look !== undefined && look.coverage !== 0;
}

/** Lets a machine live through the spells; `seen` is called after every tick. */
export function liveThrough(
  machine: AlertMachine,
  weather: readonly Spell[],
  seen: (look: Look | undefined) => void,
): void {
  for (const spell of weather) {
    machine.now += spell.stopMinutes * MINUTE_MS;
    if (spell.restart) machine.restart();
    for (let tick = 0; tick < spell.ticks; tick += 1) {
      const look = lookIn(spell, tick);
      machine.step(look, spell.minutesPerTick);
      seen(look);
    }
  }
}
