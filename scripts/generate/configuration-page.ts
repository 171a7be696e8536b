import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT } from '../../src/config/environment.ts';
import { configSchema } from '../../src/config/schema.ts';
import { generatedNote, markdownTable } from './markdown-table.ts';
import { settingComments } from './setting-comments.ts';
import { type SettingRow, settingRows, valueAtPath } from './setting-rows.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Sections whose settings live with the code they steer, and where their meaning is written. */
const MODEL_SECTIONS: Readonly<Record<string, { file: string; type: string }>> = {
  commands: { file: 'src/bot/inbox/limits.ts', type: 'CommandLimits' },
  alerts: { file: 'src/alerts/policy.ts', type: 'AlertPolicy' },
  observe: { file: 'src/signals/observe/settings.ts', type: 'ObserveSettings' },
  profile: { file: 'src/signals/profile/settings.ts', type: 'ProfileSettings' },
  score: { file: 'src/signals/score/settings.ts', type: 'ScoreSettings' },
};

/** docs/configuration.md: every environment variable and every setting with its default. */
export function configurationPage(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const rows = settingRows(schema, defaultSettings());
  const sectionOf = ({ path }: SettingRow) => path.split('.')[0] ?? '';
  const own = rows.filter((row) => MODEL_SECTIONS[sectionOf(row)] === undefined);
  return `${generatedNote('src/config/, config/default.yaml and the settings files it names')}
# Configuration

Environment beats the file named by \`CONFIG_FILE\` beats the defaults. The file is YAML and holds only
what differs:

\`\`\`yaml
depth:
  assets: 40
sources:
  bybit: { enabled: false }
alerts:
  repeatMs: { high: 7200000 }
\`\`\`

A list replaces the default list. An unknown key is an error. All problems are listed at once and the
exit code is 78; \`cascade-watch doctor\` tells them without starting.

## Environment

Each variable can also be given as a file: \`NAME_FILE\` holds its path (both at once is an error).
*Secret* values never appear in a log, an error or a message, wherever they were set.

${markdownTable(
  ['variable', 'setting', 'secret', 'meaning'],
  ENVIRONMENT.map(({ name, path, secret, summary }) => [
    `\`${name}\``,
    path === undefined ? '' : `\`${path.join('.')}\``,
    secret ? 'yes' : '',
    summary,
  ]),
)}

## Settings

Periods must divide a minute, an hour or a day evenly. Sources are described in [sources.md](sources.md).

${settingTable(own, (row) => row.summary)}

## Settings of commands, alerts and the model

They live with the code they steer. The defaults are what the tests and documents speak of; change them knowingly. \`score.levels\` and
\`alerts.levelFloorPoints\` must agree.

${Object.entries(MODEL_SECTIONS)
  .map(([section, { file, type }]) => {
    const comments = settingComments(resolve(ROOT, file), type);
    const part = rows.filter((row) => sectionOf(row) === section);
    return `### ${section}\n\n${settingTable(part, (row) => meaning(row, section, comments))}`;
  })
  .join('\n\n')}
`;
}

/** .env.example: every variable, switched off, with its default. */
export function environmentExample(): string {
  const defaults = defaultSettings();
  const lines = ENVIRONMENT.flatMap(({ name, summary, path }) => {
    const value = path === undefined ? undefined : valueAtPath(defaults, path);
    return [`# ${summary}`, `#${name}=${value === undefined ? '' : String(value)}`, ''];
  });
  return [
    '# Settings from the environment (docs/configuration.md), for `docker run --env-file` or systemd’s',
    '# EnvironmentFile; the program itself reads no .env file. NAME_FILE=PATH reads a value from a file.',
    '',
    ...lines,
  ].join('\n');
}

function defaultSettings(): unknown {
  return parse(readFileSync(resolve(ROOT, 'config/default.yaml'), 'utf8'));
}

function settingTable(rows: readonly SettingRow[], summary: (row: SettingRow) => string): string {
  return markdownTable(
    ['setting', 'default', 'type', 'meaning'],
    rows.map((row) => [
      `\`${row.path}\``,
      row.value === '' ? '' : `\`${row.value}\``,
      row.type,
      summary(row),
    ]),
  );
}

/** The field's own comment, or that of the object it is in. */
function meaning(row: SettingRow, section: string, comments: ReadonlyMap<string, string>): string {
  let path = row.path.slice(section.length + 1);
  while (path !== '') {
    const comment = comments.get(path);
    if (comment !== undefined) return comment;
    path = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
  }
  return '';
}
