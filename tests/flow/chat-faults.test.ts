import { expect, it, vi } from 'vitest';
import { playRound } from './support/chat-round.ts';
it('probe', async () => {
  for (const seed of [1]) {
    const t = performance.now(); const c = process.cpuUsage();
    const r = await playRound(seed, (clock) => { vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(clock.now())); });
    const states: Record<string, number> = {};
    for (const row of r.rows) states[row.state] = (states[row.state] ?? 0) + 1;
    console.log(seed, performance.now() - t, process.cpuUsage(c).user/1e6, states, r.lives, r.deaths, [...r.wire.met], r.wire.attempts.length, r.committed.ids.length);
    const msgs = new Map<string, number>(); for (const l of r.log) { const k = l.level + ' ' + l.message; msgs.set(k, (msgs.get(k) ?? 0) + 1); }
    console.log([...msgs]);
  }
  expect(1).toBe(1);
}, 300_000);
