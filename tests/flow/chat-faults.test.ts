import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { brokenPromises, FINAL } from './support/chat-oracle.ts';
import { DEATHS } from './support/chat-process.ts';
import { playRound, type Round } from './support/chat-round.ts';
import { faultNames } from './support/wire-faults.ts';

/** `npm run test:long` meets 10,000 faults. */
const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const SEEDS = Array.from({ length: LONG ? 36 : 2 }, (_, index) => index + 1);
const LEAST_FAULTS = LONG ? 10_000 : 600;

describe('deliveries on both platforms, whatever fails and wherever the process dies', () => {
  const tally = {
    faults: new Map<string, number>(),
    deaths: new Set<string>(),
    outcomes: new Set(),
  };
  const states = new Map<string, number>();
  const sent = new Set<string>();

  function count(round: Round): void {
    const { wire, troubles, deaths, rows } = round;
    for (const [name, times] of wire.met) add(tally.faults, name, times);
    // Deaths elsewhere are among those met on the wire.
    const atWrites = deaths.filter((name) => DEATHS.includes(name));
    for (const name of [...troubles, ...atWrites]) add(tally.faults, name, 1);
    for (const name of deaths) tally.deaths.add(name);
    for (const { outcome } of wire.attempts) tally.outcomes.add(outcome);
    for (const { state, kind, delivery } of rows) {
      add(states, state, 1);
      if (state === 'sent') sent.add(kind).add(delivery ?? 'post');
    }
  }

  it.each(SEEDS)(
    'every message ends in one state, which is what the chat shows of it, in order and in time (seed %i)',
    async (seed) => {
      const round = await playRound(seed, (clock) => {
        // The Discord library counts its limits on the machine's clock.
        const now = vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(clock.now()));
        onTestFinished(() => now.mockRestore());
      });
      count(round);
      expect(brokenPromises(round)).toEqual([]);
    },
    180_000,
  );

  it('and everything that could fail did, without most of what was said being lost', () => {
    const all = [...states.values()].reduce((sum, times) => sum + times, 0);
    expect([...states.keys()].toSorted()).toEqual(FINAL.toSorted());
    for (const state of FINAL) expect(states.get(state), state).toBeGreaterThan(LONG ? 100 : 5);
    // Every fourth or so is superseded, as it should be: much happens in ten minutes.
    expect(states.get('sent')).toBeGreaterThan(all * 0.6);
    for (const kind of ['raise', 'escalate', 'all-clear', 'source-lost', 'greeting', 'reply']) {
      expect(sent).toContain(kind);
    }
    for (const delivery of ['post', 'edit-or-post', 'retire']) expect(sent).toContain(delivery);
    for (const outcome of ['sent', 'retry', 'refused', 'gone', 'moved', 'unknown', undefined]) {
      expect(tally.outcomes, String(outcome)).toContain(outcome);
    }
    const faults = [...tally.faults.values()].reduce((sum, times) => sum + times, 0);
    expect(faults).toBeGreaterThanOrEqual(LEAST_FAULTS);
    const unmet = faultNames().filter((name) => !tally.faults.has(name));
    expect(unmet.filter((name) => LONG || name !== '401')).toEqual([]);
    for (const when of ['before', 'during', 'after']) {
      const name = `death ${when} the request`;
      if (LONG) expect(tally.faults.get(name), name).toBeGreaterThan(0);
    }
    const spared = DEATHS.filter((name) => !tally.deaths.has(name));
    if (LONG) expect(spared).toEqual([]);
    else expect(spared.length).toBeLessThan(DEATHS.length * 0.7);
  });
});

function add(counts: Map<string, number>, name: string, times: number): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}
