import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Prometheus text of everything. */
  text(): Promise<string>;
  sourceBatch(source: string, job: string, rows: number, dropped: number, gaps: number): void;
  sourceSeen(source: string, at: number): void;
  evaluation(durationSeconds: number, at: number): void;
  /** Replaces all scores: assets that are no longer eligible disappear. */
  scores(readings: readonly { asset: string; side: string; score: number }[]): void;
  decision(reason: string): void;
  outbox(counts: Readonly<Record<string, number>>, oldestDueAgeMs: number): void;
  delivered(platform: string, outcome: string): void;
}

/** Labels hold only ids of sources, jobs, assets and states: never chats, accounts or secrets. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'cascade_watch_' });
  const rows = new Counter({
    name: 'cascade_watch_source_rows_total',
    help: 'Rows a source sent, by what became of them',
    labelNames: ['source', 'job', 'result'],
    registers,
  });
  const gaps = new Counter({
    name: 'cascade_watch_source_gaps_total',
    help: 'Gaps a source left',
    labelNames: ['source', 'job'],
    registers,
  });
  const seen = new Gauge({
    name: 'cascade_watch_source_last_seen_timestamp_seconds',
    help: 'When a source last gave figures',
    labelNames: ['source'],
    registers,
  });
  const evaluationSeconds = new Histogram({
    name: 'cascade_watch_evaluation_duration_seconds',
    help: 'Time one evaluation of all assets took',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const evaluatedAt = new Gauge({
    name: 'cascade_watch_evaluation_timestamp_seconds',
    help: 'When the last evaluation finished',
    registers,
  });
  const scores = new Gauge({
    name: 'cascade_watch_score',
    help: 'Combined score of eligible assets, 0 to 100',
    labelNames: ['asset', 'side'],
    registers,
  });
  const decisions = new Counter({
    name: 'cascade_watch_alert_decisions_total',
    help: 'Decisions of the alert state machine by reason',
    labelNames: ['reason'],
    registers,
  });
  const outboxRows = new Gauge({
    name: 'cascade_watch_outbox_messages',
    help: 'Messages in the outbox by state',
    labelNames: ['state'],
    registers,
  });
  const oldestDue = new Gauge({
    name: 'cascade_watch_outbox_oldest_due_age_seconds',
    help: 'Age of the oldest message that is due and not settled',
    registers,
  });
  const deliveries = new Counter({
    name: 'cascade_watch_deliveries_total',
    help: 'Delivery attempts by outcome',
    labelNames: ['platform', 'outcome'],
    registers,
  });
  return {
    text: () => registry.metrics(),
    sourceBatch(source, job, total, dropped, gapCount) {
      rows.inc({ source, job, result: 'kept' }, Math.max(0, total - dropped));
      rows.inc({ source, job, result: 'dropped' }, dropped);
      gaps.inc({ source, job }, gapCount);
    },
    sourceSeen: (source, at) => seen.set({ source }, at / 1000),
    evaluation(durationSeconds, at) {
      evaluationSeconds.observe(durationSeconds);
      evaluatedAt.set(at / 1000);
    },
    scores(readings) {
      scores.reset();
      for (const { asset, side, score } of readings) scores.set({ asset, side }, score);
    },
    decision: (reason) => decisions.inc({ reason }),
    outbox(counts, oldestDueAgeMs) {
      for (const [state, count] of Object.entries(counts)) outboxRows.set({ state }, count);
      oldestDue.set(oldestDueAgeMs / 1000);
    },
    delivered: (platform, outcome) => deliveries.inc({ platform, outcome }),
  };
}
