import type { AlertState, OutgoingMessage, Subscription } from '../../../src/alerts/model.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetMinute, InstrumentHour } from '../../../src/signals/model/history.ts';
import type { BorrowPosition } from '../../../src/signals/model/observations.ts';
import type { ClaimRequest } from '../../../src/store/store.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const BTC = assetId('BTC');
export const ETH = assetId('ETH');

export const CHAT = { platform: 'console', chatId: 'main' };
export const OTHER_CHAT = { platform: 'console', chatId: 'other', thread: '7' };

export function makeHour(overrides: Partial<InstrumentHour> = {}): InstrumentHour {
  return { source: 'bybit', instrument: 'BTCUSDT', asset: BTC, hourAt: T0, ...overrides };
}

export function makeMinute(overrides: Partial<AssetMinute> = {}): AssetMinute {
  return { asset: BTC, at: T0, priceUsd: 95_123.45, ...overrides };
}

export function makeMessage(overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: 'm1',
    chat: CHAT,
    groupId: 'BTC-down-abc-level:high',
    sequence: 1,
    severity: 2,
    kind: 'raise',
    doc: { title: 'BTC: high risk', tone: 'high', blocks: [{ kind: 'text', text: 'Careful.' }] },
    createdAt: T0,
    expiresAt: T0 + HOUR_MS,
    ...overrides,
  };
}

/** A claim of one worker for a second, of alerts to the terminal, that leaves nothing out. */
export function makeClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  const now = overrides.now ?? T0;
  return {
    platform: 'console',
    worker: 'w',
    now,
    leaseUntil: now + 1000,
    limit: 9,
    lane: 'alerts',
    onePer: 'room',
    except: [],
    ...overrides,
  };
}

export function makeState(overrides: Partial<AlertState> = {}): AlertState {
  return {
    ruleKey: 'level:high',
    asset: BTC,
    side: 'down',
    version: 0,
    lastReadingAt: T0,
    enterCount: 0,
    ...overrides,
  };
}

export function makeSubscription(
  overrides: Partial<Omit<Subscription, 'id'>> = {},
): Omit<Subscription, 'id'> {
  return {
    chat: CHAT,
    asset: BTC,
    rule: { kind: 'level', level: 'high' },
    sides: ['down', 'up'],
    createdAt: T0,
    ...overrides,
  };
}

export function makePosition(index: number): BorrowPosition {
  return {
    kind: 'position',
    source: 'morpho-blue',
    account: `0x${index.toString(16).padStart(40, '0')}`,
    market: `0x${(index % 50).toString(16).padStart(64, '0')}`,
    collateral: [
      {
        asset: ETH,
        token: 'wstETH',
        amount: `${index}.000000000000000001`,
        liquidationThresholdFraction: 0.86,
        valueUsd: index * 3.1,
      },
    ],
    debt: [{ asset: assetId('USDC'), token: 'USDC', amount: `${index}.5`, valueUsd: index / 3 }],
    closeFactorFraction: 1,
    bonusFraction: 0.043,
    observedAt: T0,
  };
}
