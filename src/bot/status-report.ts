import type { OutboxState } from '../store/store.ts';

/** What `/status` and `doctor` say about the running service. */
export interface StatusReport {
  /** Epoch ms. */
  startedAt: number;
  lastEvaluationAt?: number;
  sources: {
    id: string;
    title: string;
    state: 'fresh' | 'late' | 'missing' | 'retired' | 'disabled';
    /** Epoch ms of the newest figure. */
    lastSeenAt?: number;
    /** Rows in the last batch and how many of them were dropped. */
    rows?: number;
    rowsDropped?: number;
    /** Why it is not fresh, for people. */
    reason?: string;
  }[];
  assets: { ready: number; warmingUp: number; eligible: number };
  openIncidents: number;
  outbox: Record<OutboxState, number>;
  platforms: { id: string; state: 'connected' | 'connecting' | 'stopped'; detail?: string }[];
}
