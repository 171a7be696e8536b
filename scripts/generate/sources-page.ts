import { generatedNote, markdownTable } from './markdown-table.ts';

/** docs/sources.md: every source, what a snapshot costs and how much of the limit is used. */
export async function sourcesPage(): Promise<string> {
  const { ALL_SOURCES } = await import('../../src/configured-sources.ts');
  return `${generatedNote('src/sources/')}
# Sources

Budgets are the weight the program allows itself per minute, under half of what the venue publishes.

${markdownTable(
  ['id', 'name', 'kind', 'calls of one fetch', 'every', 'own budget', 'published limit', 'address'],
  ALL_SOURCES.map((source) => [
    `\`${source.id}\``,
    source.title,
    source.kind,
    source.calls,
    `${source.periodSeconds} s`,
    `${source.budget.weightPerMinute} / min`,
    source.budget.published,
    source.baseUrl,
  ]),
)}
`;
}
