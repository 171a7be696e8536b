import { expect, it } from 'vitest';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { createAlertStep } from '../../../src/pipeline/alert-step.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { applyBatch, emptyBoard } from '../../../src/signals/observe/board.ts';
import { observe } from '../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../src/signals/observe/settings.ts';
import { makeMark, makeOpenInterest } from '../../fakes/make-observations.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const T0 = Date.UTC(2026, 0, 1, 10);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CHAT = { platform: 'console', chatId: 'me' };

/** The step on a real store, looking at a board of two venues. */
async function make() {
  const store = await openTempStore();
  await store.subscriptions.add({
    chat: CHAT,
    asset: assetId('BTC'),
    rule: { kind: 'level', level: 'high' },
    sides: ['down'],
    createdAt: T0,
  });
  let ids = 0;
  const step = createAlertStep({
    alerts: store.alerts,
    subscriptions: store.subscriptions,
    policy: DEFAULT_ALERT_POLICY,
    metrics: createMetrics(),
    log: new RecordingLogger(),
    nextId: () => `message-${String(++ids).padStart(4, '0')}`,
    sourceTitles: new Map([['bybit', 'Bybit']]),
  });
  const board = emptyBoard();
  const answer = (source: string, at: number) => {
    const observations = [
      makeMark(source, 'BTC', 100 + (at % 7), at),
      makeOpenInterest(source, 'BTC', 1e9, at),
    ];
    applyBatch(board, { source, job: 'market', takenAt: at, observations, gaps: [] });
  };
  const tick = async (now: number) => {
    const retired = step.retired();
    const view = observe({
      board,
      sources: ['binance-usdm', 'bybit'].map((id) => {
        return { id, kind: 'exchange', periodSeconds: 60, retired: retired.has(id) };
      }),
      now,
      settings: DEFAULT_OBSERVE_SETTINGS,
    });
    await step.run(view, new Map(), now);
  };
  const told = async () => {
    return (await store.outbox.ofChat(CHAT, 50)).map(({ kind }) => kind).toReversed();
  };
  return { step, answer, tick, told };
}

it('a source that was given up is counted again, with a notice, once it is back', async () => {
  const { step, answer, tick, told } = await make();
  const away = 25 * HOUR;
  for (let after = 0; after <= away + 20 * MINUTE; after += 5 * MINUTE) {
    answer('binance-usdm', T0 + after);
    if (after === 0 || after > away) answer('bybit', T0 + after);
    await tick(T0 + after);
    if (after === away) expect([...step.retired()]).toEqual(['bybit']);
  }
  expect([...step.retired()]).toEqual([]);
  expect(await told()).toEqual(['source-lost', 'source-retired', 'source-back']);
});
