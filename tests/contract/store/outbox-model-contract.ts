import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { FinalState, OutboxState, Store } from '../../../src/store/store.ts';
import { makeClaim, makeMessage, T0 } from './builders.ts';
import { type Doubt, OutboxModel } from './outbox-model.ts';
import type { MakeDatabase } from './store-contract.ts';

const WORKERS = ['w1', 'w2'] as const;
const FINAL: readonly FinalState[] = ['sent', 'refused', 'expired', 'superseded', 'unverified'];
const PLACE = { platform: 'console', chatId: 'a' };
const CHATS = [
  { ...PLACE, thread: '1' },
  { ...PLACE, thread: '2' },
  { ...PLACE, chatId: 'b' },
];
const DELIVERIES = ['post', 'edit-or-post', 'edit', 'update', 'retire'] as const;
const DOUBTS: readonly Doubt[] = ['none', 'keep', 'perhaps-changed'];

type Step =
  | {
      do: 'commit' | 'enqueue';
      chat: number;
      group: number;
      severity: number;
      livesMs: number;
      delivery: (typeof DELIVERIES)[number];
    }
  | { do: 'claim'; worker: number; leaseMs: number; limit: number; onePer: 'room' | 'place' }
  | { do: 'begin'; worker: number; pick: number }
  | {
      do: 'settle' | 'release';
      worker: number;
      pick: number;
      outcome: number;
      delayMs: number;
      doubt: Doubt;
    }
  | { do: 'pass'; ms: number }
  | { do: 'expire' | 'abandon' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('commit' as const, 'enqueue' as const),
      chat: fc.nat(2),
      group: fc.nat(1),
      severity: fc.nat(3),
      livesMs: fc.integer({ min: 1, max: 300 }),
      delivery: fc.constantFrom(...DELIVERIES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      worker: fc.nat(1),
      leaseMs: fc.integer({ min: 1, max: 60 }),
      limit: fc.integer({ min: 1, max: 3 }),
      onePer: fc.constantFrom('room' as const, 'room' as const, 'place' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      worker: fc.nat(1),
      pick: fc.nat(30),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('settle' as const, 'release' as const),
      worker: fc.nat(1),
      pick: fc.nat(30),
      outcome: fc.nat(2),
      delayMs: fc.nat(40),
      doubt: fc.constantFrom(...DOUBTS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(50) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'abandon' as const) }),
  },
);

/** The outbox against its plain model: whatever happens, both say the same of every message. */
export function describeOutboxModel(makeDatabase: MakeDatabase): void {
  it('any course of events ends each message at most once, and final states never change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const store = await (await makeDatabase())();
        await run(store, steps);
        await store.close();
      }),
      { numRuns: 40, seed: 20_260_101 },
    );
  });
}

async function run(store: Store, steps: readonly Step[]): Promise<void> {
  const model = new OutboxModel();
  const final = new Map<string, OutboxState>();
  let now = T0;
  for (const [index, event] of steps.entries()) {
    if (event.do === 'pass') now += event.ms;
    else await take(event, store, model, now, index);
    const rows = await Promise.all(CHATS.map((chat) => store.outbox.ofChat(chat, 100)));
    const facts = rows.flat().map(({ id, state, attempts, delivery }) => {
      return [id, [state, attempts, delivery]] as const;
    });
    expect(new Map(facts)).toEqual(model.facts());
    const states = new Map(rows.flat().map(({ id, state }) => [id, state]));
    for (const [id, state] of final) expect(states.get(id)).toBe(state);
    for (const [id, state] of states) if (isFinal(state)) final.set(id, state);
  }
}

async function take(
  event: Exclude<Step, { do: 'pass' }>,
  { alerts, outbox }: Store,
  model: OutboxModel,
  now: number,
  index: number,
): Promise<void> {
  if (event.do === 'expire') {
    expect(await outbox.expire(now)).toBe(model.expire(now));
  } else if (event.do === 'abandon') {
    expect(await outbox.releaseAbandoned('console', now)).toBe(model.releaseAbandoned());
  } else if (event.do === 'commit' || event.do === 'enqueue') {
    const message = newMessage(event, index, now);
    if (event.do === 'commit') await alerts.commit({ states: [], messages: [message] });
    else await outbox.enqueue([message]);
    model.insert(message, event.do === 'commit');
  } else if (event.do === 'claim') {
    const { leaseMs, limit, onePer } = event;
    const worker = WORKERS[event.worker] ?? 'w1';
    const request = makeClaim({ worker, now, leaseUntil: now + leaseMs, limit, onePer });
    const rows = await outbox.claim(request);
    const claimed = rows.map(({ id, rungSeverity }) => [id, rungSeverity]);
    expect(claimed).toEqual(model.claim(request));
  } else if (event.do === 'begin') {
    const worker = WORKERS[event.worker] ?? 'w1';
    const id = model.pick(event.pick);
    expect(await outbox.begin(id, worker)).toBe(model.begin(id, worker));
  } else if (event.do === 'settle' || event.do === 'release') {
    const worker = WORKERS[event.worker] ?? 'w1';
    const id = model.pick(event.pick);
    if (event.do === 'release') {
      const { delayMs, doubt } = event;
      const flags = [doubt === 'keep', doubt === 'perhaps-changed'] as const;
      const done = await outbox.release(id, worker, now + delayMs, 'later', now, ...flags);
      expect(done).toBe(model.release(id, worker, now + delayMs, doubt));
    } else {
      const state = (['sent', 'refused', 'unverified'] as const)[event.outcome] ?? 'sent';
      const arrived = state === 'sent' ? { platformMessageId: `p${index}` } : {};
      const done = await outbox.settle(id, worker, { state, ...arrived }, now);
      expect(done).toBe(model.settle(id, worker, state, arrived.platformMessageId));
    }
  }
}

function isFinal(state: OutboxState): state is FinalState {
  return (FINAL as readonly OutboxState[]).includes(state);
}

function newMessage(
  event: Extract<Step, { do: 'commit' | 'enqueue' }>,
  index: number,
  now: number,
): OutgoingMessage {
  const { delivery } = event;
  return makeMessage({
    id: `m${String(index).padStart(2, '0')}`,
    chat: CHATS[event.chat] ?? PLACE,
    groupId: `g${event.group}`,
    // That of the step before: so that some come with a post of the same sequence.
    sequence: delivery === 'retire' ? index - 1 : index,
    severity: event.severity,
    createdAt: now,
    expiresAt: now + event.livesMs,
    kind: delivery === 'update' ? 'update' : 'repeat',
    ...(delivery === 'post' ? {} : { delivery: delivery === 'update' ? 'edit' : delivery }),
  });
}
