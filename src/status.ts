import type { Platform } from './bot/platforms/platform.ts';
import type { StatusReport } from './bot/status-report.ts';
import type { AlertStep } from './pipeline/alert-step.ts';
import type { Collector } from './pipeline/collect.ts';
import type { LiveReadings } from './pipeline/live-readings.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { SourceRuntime } from './pipeline/source-runtime.ts';
import type { SourceView } from './signals/observe/asset-view.ts';
import type { OutboxStore } from './store/store.ts';

interface StatusInputs {
  startedAt: number;
  sources: readonly SourceRuntime[];
  /** Configured but switched off. */
  disabled: readonly { id: string; title: string }[];
  pipeline: Pipeline;
  collector: Collector;
  readings: LiveReadings;
  alertStep: AlertStep;
  outbox: OutboxStore;
  platforms: readonly Platform[];
}

/** What /status says, gathered from what every part already knows. */
export async function statusReport(inputs: StatusInputs): Promise<StatusReport> {
  const { pipeline, alertStep } = inputs;
  const states = await inputs.readings.all();
  const ready = states.flatMap((state) => (state.status === 'ready' ? [state.reading] : []));
  const lastEvaluationAt = pipeline.lastEvaluationAt();
  return {
    startedAt: inputs.startedAt,
    ...(lastEvaluationAt === undefined ? {} : { lastEvaluationAt }),
    sources: [
      ...inputs.sources.map((source) => sourceStatus(source, inputs)),
      ...inputs.disabled.map((source) => ({ ...source, state: 'disabled' as const })),
    ],
    assets: {
      ready: ready.length,
      warmingUp: states.length - ready.length,
      eligible: ready.filter((reading) => reading.eligibility.eligible).length,
    },
    openIncidents: alertStep.openIncidents(),
    outbox: await inputs.outbox.counts(),
    platforms: inputs.platforms.map((platform) => ({ id: platform.id, ...platform.state() })),
  };
}

function sourceStatus(
  source: SourceRuntime,
  inputs: StatusInputs,
): StatusReport['sources'][number] {
  const { id, title } = source.adapter;
  const view: SourceView | undefined = inputs.pipeline
    .view()
    ?.sources.find((candidate) => candidate.source === id);
  const summary = inputs.collector.summaries().get(id);
  return {
    id,
    title,
    state: view?.state ?? 'missing',
    ...(view?.lastSeenAt === undefined ? {} : { lastSeenAt: view.lastSeenAt }),
    ...(summary === undefined ? {} : { rows: summary.rows, rowsDropped: summary.rowsDropped }),
    ...(view?.detail === undefined ? {} : { reason: view.detail }),
  };
}
