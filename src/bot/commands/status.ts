import { formatAge, formatDuration } from '../../alerts/format.ts';
import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import type { StatusReport } from '../status-report.ts';
import { shortLine } from '../text/short-line.ts';
import { defineCommand } from './define.ts';

/** Of what a platform says about its connection. */
const LONGEST_DETAIL = 160;

/** `/status`: sources with their ages and gaps, deliveries, connections. */
export const statusCommand = defineCommand({
  name: 'status',
  summary: 'How the service is: sources, ages, gaps, deliveries',
  options: [],
  access: 'anyone',
  examples: ['status'],
  async run(context): Promise<MessageDoc> {
    const report = await context.status();
    const now = context.now();
    const wanted = report.sources.filter(({ state }) => state !== 'disabled');
    const fresh = wanted.filter(({ state }) => state === 'fresh').length;
    return {
      title: `Status: ${fresh} of ${wanted.length} sources fresh`,
      tone: 'info',
      blocks: [generalFields(report, now), ...sourceBlocks(report, now), deliveryFields(report)],
      footer: evaluationText(report, now),
    };
  },
});

function generalFields(report: StatusReport, now: number): Block {
  const { ready, eligible, warmingUp } = report.assets;
  return {
    kind: 'fields',
    fields: [
      { name: 'Running for', value: formatDuration(now - report.startedAt) },
      {
        name: 'Coins',
        value: `${ready} ready, ${eligible} of them can alert, ${warmingUp} warming up`,
      },
      { name: 'Open incidents', value: String(report.openIncidents) },
    ],
  };
}

function sourceBlocks(report: StatusReport, now: number): Block[] {
  if (report.sources.length === 0) return [{ kind: 'text', text: 'No sources are configured.' }];
  const rows = report.sources.map(({ title, state, lastSeenAt, rows: read, rowsDropped }) => [
    title,
    state,
    lastSeenAt === undefined ? '' : formatAge(now - lastSeenAt),
    read === undefined ? '' : String(read),
    rowsDropped === undefined ? '' : String(rowsDropped),
  ]);
  const blocks: Block[] = [
    { kind: 'table', rows: [['Source', 'State', 'Age', 'Rows', 'Dropped'], ...rows] },
  ];
  const gaps = report.sources.flatMap(({ title, reason }) =>
    reason === undefined ? [] : [`${title}: ${reason}`],
  );
  if (gaps.length > 0) blocks.push({ kind: 'list', items: gaps });
  return blocks;
}

function deliveryFields(report: StatusReport): Block {
  const { outbox } = report;
  const ended = (['sent', 'refused', 'expired', 'superseded', 'unverified'] as const)
    .filter((state) => outbox[state] > 0 || state === 'sent')
    .map((state) => `${outbox[state]} ${state}`);
  const waiting = outbox.pending + outbox.claimed;
  const platforms = report.platforms.map(({ id, state, detail }) => ({
    name: id,
    value: detail === undefined ? state : `${state} (${shortLine(detail, LONGEST_DETAIL)})`,
  }));
  const messages = `${ended.join(', ')}; ${waiting} waiting`;
  return { kind: 'fields', fields: [{ name: 'Messages', value: messages }, ...platforms] };
}

function evaluationText({ lastEvaluationAt }: StatusReport, now: number): string {
  if (lastEvaluationAt === undefined) return 'Warming up: no evaluation yet';
  return `Last evaluation ${formatAge(now - lastEvaluationAt)} ago`;
}
