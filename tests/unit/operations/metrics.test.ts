import { expect, it } from 'vitest';
import { createMetrics } from '../../../src/operations/metrics.ts';

/** The sample lines of our own metrics, without help and type. */
async function samples(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith('cascade_watch_'));
}

it('rows of a source are told apart by what became of them', async () => {
  const metrics = createMetrics();
  metrics.sourceBatch('bybit', 'market', 10, 3, 1);
  metrics.sourceBatch('bybit', 'market', 5, 0, 0);
  expect(await samples(metrics)).toEqual(
    expect.arrayContaining([
      'cascade_watch_source_rows_total{source="bybit",job="market",result="kept"} 12',
      'cascade_watch_source_rows_total{source="bybit",job="market",result="dropped"} 3',
      'cascade_watch_source_gaps_total{source="bybit",job="market"} 1',
    ]),
  );
});

it('times are in seconds', async () => {
  const metrics = createMetrics();
  metrics.sourceSeen('bybit', 1_700_000_000_500);
  metrics.evaluation(0.3, 1_700_000_060_000);
  metrics.outbox({ pending: 2, sent: 7 }, 4500);
  expect(await samples(metrics)).toEqual(
    expect.arrayContaining([
      'cascade_watch_source_last_seen_timestamp_seconds{source="bybit"} 1700000000.5',
      'cascade_watch_evaluation_timestamp_seconds 1700000060',
      'cascade_watch_evaluation_duration_seconds_bucket{le="0.25"} 0',
      'cascade_watch_evaluation_duration_seconds_bucket{le="0.5"} 1',
      'cascade_watch_outbox_messages{state="pending"} 2',
      'cascade_watch_outbox_messages{state="sent"} 7',
      'cascade_watch_outbox_oldest_due_age_seconds 4.5',
    ]),
  );
});

it('scores are the latest, decisions and deliveries are counted', async () => {
  const metrics = createMetrics();
  metrics.scores([
    { asset: 'BTC', side: 'down', score: 40 },
    { asset: 'GONE', side: 'up', score: 70 },
  ]);
  metrics.scores([{ asset: 'BTC', side: 'down', score: 61.5 }]);
  metrics.decision('raised');
  metrics.decision('raised');
  metrics.delivered('console', 'sent');
  expect(await samples(metrics)).toEqual(
    expect.arrayContaining([
      'cascade_watch_score{asset="BTC",side="down"} 61.5',
      'cascade_watch_alert_decisions_total{reason="raised"} 2',
      'cascade_watch_deliveries_total{platform="console",outcome="sent"} 1',
    ]),
  );
  expect((await samples(metrics)).join('\n')).not.toContain('GONE');
});

it('two sets of metrics share nothing', async () => {
  const first = createMetrics();
  first.decision('raised');
  expect(await samples(createMetrics())).not.toContain(
    'cascade_watch_alert_decisions_total{reason="raised"} 1',
  );
});

it('the process itself is measured: memory and event-loop delay', async () => {
  const names = (await samples(createMetrics())).map((line) => line.split(/[ {]/)[0]);
  expect(names).toContain('cascade_watch_process_resident_memory_bytes');
  expect(names).toContain('cascade_watch_nodejs_eventloop_lag_p99_seconds');
});
