import type { LadderFigure } from '../../../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../../../src/alerts/model.ts';
import { createDelivery, type Delivery } from '../../../../src/bot/delivery/create-delivery.ts';
import type { DeliverySettings } from '../../../../src/bot/delivery/settings.ts';
import type {
  DeliveryOutcome,
  PlatformLimits,
  PlatformMessage,
} from '../../../../src/bot/platforms/platform.ts';
import type { OutboxRow, OutboxStore, Store } from '../../../../src/store/store.ts';
import { RecordingLogger } from '../../../fakes/recording-logger.ts';
import { ScriptedPlatform, type ScriptedSend, SENT } from '../../../fakes/scripted-platform.ts';
import { openTempStore } from '../../../fakes/temp-store.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

export const FIGURE: LadderFigure = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 2500,
  at: 0,
  caption: '',
  sides: [],
};

/** One request to the platform, with its time on the clock. */
interface Start {
  at: number;
  message: PlatformMessage;
}

export interface DeliverySetup {
  store: Store;
  platform: ScriptedPlatform;
  clock: VirtualClock;
  log: RecordingLogger;
  delivery: Delivery;
  /** What the platform was handed, in order. */
  starts: Start[];
  /** Outbox of the delivery only; throws while it holds. */
  outage: { on: boolean; except: readonly (keyof OutboxStore)[] };
  drawings: { count: number; answer: 'draws' | 'fails' | 'throws' | 'hangs' };
  row(id: string, chatId?: string): Promise<OutboxRow | undefined>;
  state(id: string, chatId?: string): Promise<string | undefined>;
}

interface SetupOptions {
  next?: (message: PlatformMessage, attempt: number) => ScriptedSend;
  settings?: Partial<DeliverySettings>;
  limits?: Partial<PlatformLimits>;
}

/** A delivery over a real database, a platform that does what it is told, and one clock for both. */
export async function setUpDelivery(
  messages: readonly OutgoingMessage[],
  { next = () => SENT, settings = {}, limits = {} }: SetupOptions = {},
): Promise<DeliverySetup> {
  const store = await openTempStore();
  await store.outbox.enqueue(messages);
  const clock = new VirtualClock();
  const starts: Start[] = [];
  const platform = new ScriptedPlatform(
    (message) => {
      starts.push({ at: clock.now(), message });
      return next(message, starts.filter((start) => start.message.id === message.id).length);
    },
    limits,
    () => clock.now(),
  );
  const log = new RecordingLogger();
  const outage: DeliverySetup['outage'] = { on: false, except: [] };
  const drawings: DeliverySetup['drawings'] = { count: 0, answer: 'draws' };
  const outbox = new Proxy(store.outbox, {
    get(target, name: keyof OutboxStore) {
      return (...args: unknown[]) => {
        if (outage.on && !outage.except.includes(name)) throw new Error('disk full');
        return (target[name] as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  let summaries = 0;
  const delivery = createDelivery({
    platform,
    store: { outbox, subscriptions: store.subscriptions, places: store.places },
    clock,
    log,
    random: () => 0.5,
    drawFigure: async () => {
      drawings.count += 1;
      if (drawings.answer === 'throws') throw new Error('no fonts');
      if (drawings.answer === 'hangs') return await new Promise<never>(() => {});
      return drawings.answer === 'draws'
        ? { kind: 'drawn', png: new Uint8Array([1]) }
        : { kind: 'failed', reason: 'no fonts' };
    },
    workerId: 'w1',
    nextId: () => {
      summaries += 1;
      return `summary-${summaries}`;
    },
    settings,
  });
  const row = async (id: string, chatId = 'a') =>
    (await store.outbox.ofChat({ platform: 'scripted', chatId }, 500)).find(
      (found) => found.id === id,
    );
  const state = async (id: string, chatId = 'a') => (await row(id, chatId))?.state;
  return { store, platform, clock, log, delivery, starts, outage, drawings, row, state };
}

export function answers(outcome: DeliveryOutcome, arrives = false): ScriptedSend {
  return { arrives, answer: outcome };
}

/** The most of these times in any window of that length, its end left out. */
export function mostInWindow(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
