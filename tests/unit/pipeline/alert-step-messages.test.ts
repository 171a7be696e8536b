import { expect, it } from 'vitest';
import type { AlertState, OutgoingMessage } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { AppError } from '../../../src/errors.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { createAlertStep } from '../../../src/pipeline/alert-step.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { emptyBoard } from '../../../src/signals/observe/board.ts';
import { observe } from '../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../src/signals/observe/settings.ts';
import type { AlertChange, AlertStore } from '../../../src/store/store.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';

const ETH = assetId('ETH');
const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** Keeps what was committed; refuses the next commit when told to. */
class RecordingAlerts implements AlertStore {
  readonly changes: AlertChange[] = [];
  failNext: AppError | undefined;

  async all(): Promise<AlertState[]> {
    return [];
  }

  async outages() {
    return [];
  }

  async commit(change: AlertChange): Promise<void> {
    const failure = this.failNext;
    this.failNext = undefined;
    if (failure !== undefined) throw failure;
    this.changes.push(change);
  }
}

function make(editing?: readonly string[]) {
  const alerts = new RecordingAlerts();
  const announced: (readonly OutgoingMessage[])[] = [];
  /** How many changes were stored when each announcement came. */
  const storedThen: number[] = [];
  let ids = 0;
  const chats = ['telegram', 'console'].map((platform) => ({ platform, chatId: '1' }));
  const step = createAlertStep({
    alerts,
    subscriptions: {
      all: async () =>
        chats.map((chat) => ({
          id: chat.platform,
          chat,
          asset: ETH,
          rule: { kind: 'level', level: 'high' },
          sides: ['down'],
          createdAt: T0,
        })),
      mutes: async () => [],
    },
    policy: DEFAULT_ALERT_POLICY,
    metrics: createMetrics(),
    log: new RecordingLogger(),
    nextId: () => `message-${++ids}`,
    sourceTitles: new Map(),
    ...(editing === undefined ? {} : { editingPlatforms: new Set(editing) }),
    onCommitted(messages) {
      announced.push(messages);
      storedThen.push(alerts.changes.length);
    },
  });
  const tick = async (minutes: number, scoreDown: number) => {
    const now = T0 + minutes * MINUTE;
    const settings = DEFAULT_OBSERVE_SETTINGS;
    const view = observe({ board: emptyBoard(), sources: [], now, settings });
    return await step.run(view, new Map([[ETH, makeReading({ at: now, scoreDown })]]), now);
  };
  const shapes = () =>
    alerts.changes.map(({ messages }) =>
      messages.map(({ kind, delivery, chat }) => `${chat.platform} ${kind} ${delivery ?? 'post'}`),
    );
  return { alerts, announced, storedThen, tick, shapes };
}

it('where a platform edits, moved figures change its messages and no other platform hears of them', async () => {
  const { tick, shapes } = make(['telegram']);
  await tick(0, 70);
  expect(await tick(6, 76)).toBe(1);
  await tick(7, 85);
  expect(shapes()).toEqual([
    ['telegram raise post', 'console raise post'],
    ['telegram update edit'],
    ['telegram escalate post', 'console escalate post', 'telegram escalate retire'],
  ]);
});

it('where no platform edits, nothing is decided or stored for moved figures', async () => {
  const { tick, shapes } = make();
  await tick(0, 70);
  expect(await tick(6, 76)).toBe(0);
  await tick(7, 85);
  expect(shapes()).toEqual([
    ['telegram raise post', 'console raise post'],
    ['telegram escalate post', 'console escalate post'],
  ]);
});

it('what was stored is announced after the commit, and only when there is something', async () => {
  const { tick, announced, storedThen, alerts } = make();
  await tick(0, 70);
  expect(announced).toEqual([alerts.changes[0]?.messages]);
  expect(storedThen).toEqual([1]);
  // The first calm reading is counted in the state, with nothing to tell.
  await tick(1, 40);
  expect(alerts.changes).toHaveLength(2);
  expect(announced).toHaveLength(1);
});

it('a commit that was lost or failed announces nothing', async () => {
  const { tick, announced, alerts } = make();
  alerts.failNext = new AppError('store/conflict', 'somebody else', { retryable: true });
  expect(await tick(0, 70)).toBe(0);
  alerts.failNext = new AppError('store/unavailable', 'disk full');
  await expect(tick(1, 70)).rejects.toThrow('disk full');
  expect(announced).toEqual([]);
  expect(await tick(2, 70)).toBe(2);
  expect(announced).toHaveLength(1);
});
