import { expect, it, vi } from 'vitest';
import { brokenPromises } from './support/chat-oracle.ts';
import { playRound } from './support/chat-round.ts';
it('probe', async () => {
  const broken: string[] = [];
  const from = Number(process.env['FROM'] ?? 1);
  for (let seed = from; seed < from + Number(process.env['N'] ?? 1); seed++) {
    const t = performance.now(); const c = process.cpuUsage();
    const r = await playRound(seed, (clock) => { vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(clock.now())); });
    const states: Record<string, number> = {};
    for (const row of r.rows) states[row.state] = (states[row.state] ?? 0) + 1;
    console.log(seed, Math.round(performance.now() - t), process.cpuUsage(c).user/1e6, JSON.stringify(states), r.lives, [...r.wire.met.values()].reduce((a,b)=>a+b,0), r.wire.attempts.length, r.committed.ids.length);
    if (process.env['DUMP']) (await import('node:fs')).writeFileSync(process.env['DUMP'], r.wire.attempts.map((a) => JSON.stringify({...a, at: a.at - Date.UTC(2026,0,1)})).join('\n'));
    const lines = brokenPromises(r);
    console.log(lines.join('\n'));
    broken.push(...lines);
    const G = process.env['G'];
    if (G) { const [room, group] = G.split('/'); const at0 = Date.UTC(2026,0,1);
      const R = r.rooms.find((x) => x.room.name === room);
      const rows = r.rows.filter((row) => row.groupId === group && R?.room.chats.some((c) => JSON.stringify(c) === JSON.stringify(row.chat))).sort((a, b) => a.sequence - b.sequence);
      const ev: [number, string][] = [];
      for (const row of rows) { const n = `#${row.sequence}${row.delivery === 'retire' ? 'r' : ''} ${row.id}`; 
        ev.push([row.createdAt, `${n} created ${row.kind} ${row.delivery ?? 'post'} sev ${row.severity}`]); ev.push([row.settledAt ?? 0, `${n} ${row.state} ${row.platformMessageId} ${row.reason ?? ''}`]);
        for (const a of r.wire.attempts) if (a.id === row.id) ev.push([a.at, `${n} attempt life ${a.life} ${a.outcome} ${a.faults}`]);
        for (const a of R?.arrivals ?? []) if (a.id === row.id) ev.push([a.at, `${n} ${a.how} ${a.message}`]); }
      for (const [at, text] of ev.sort((a, b) => a[0] - b[0])) console.log((at - at0) / 1000, text);
    }
    for (const id of (process.env['ID'] ?? '').split(',').filter(Boolean)) {
      console.log(JSON.stringify(r.rows.find((row) => row.id === id), (k, v) => k === 'doc' ? v.title : v));
      for (const a of r.wire.attempts.filter((one) => one.id === id)) console.log(JSON.stringify({...a, at: a.at - Date.UTC(2026,0,1)}));
      for (const { room, arrivals } of r.rooms) for (const a of arrivals) if (a.id === id) console.log(room.name, JSON.stringify({...a, at: a.at - Date.UTC(2026,0,1), picture: undefined}));
      for (const l of r.log) if (l.fields['message'] === id) console.log(JSON.stringify(l));
    }
  }
  expect(broken.length).toBe(0);
}, 600_000);
