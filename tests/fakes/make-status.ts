import type { StatusReport } from '../../src/bot/status-report.ts';

/** A service that has run for two hours, with one source missing. */
export function makeStatus(overrides: Partial<StatusReport> = {}): StatusReport {
  const now = Date.UTC(2026, 0, 1);
  return {
    startedAt: now - 7_200_000,
    lastEvaluationAt: now,
    sources: [
      { id: 'bybit', title: 'Bybit', state: 'fresh', lastSeenAt: now, rows: 600, rowsDropped: 2 },
      {
        id: 'hyperliquid',
        title: 'Hyperliquid',
        state: 'missing',
        lastSeenAt: now - 600_000,
        reason: 'timeout after 10 s',
      },
    ],
    assets: { ready: 12, warmingUp: 3, eligible: 9 },
    openIncidents: 1,
    outbox: {
      pending: 1,
      claimed: 0,
      sent: 41,
      refused: 1,
      expired: 0,
      superseded: 2,
      unverified: 0,
    },
    platforms: [{ id: 'console', state: 'connected' }],
    ...overrides,
  };
}
