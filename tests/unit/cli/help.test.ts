import { expect, it } from 'vitest';
import type { CliCommand } from '../../../src/cli/command-line.ts';
import { COMMAND_LINE } from '../../../src/cli/commands.ts';
import { createHelpCommand } from '../../../src/cli/help.ts';
import { cliContext } from '../../fakes/cli-context.ts';

const FETCH: CliCommand = {
  name: 'fetch',
  summary: 'Fetch one source',
  positionals: ['<source>'],
  options: {
    'base-url': { value: 'URL', summary: 'Replaces the address' },
    json: { summary: 'JSON lines' },
  },
  run: async () => 0,
};

async function help(...positionals: string[]) {
  const { context, printed } = cliContext();
  const code = await createHelpCommand([FETCH]).run(context, { options: {}, positionals });
  return { code, printed };
}

it('lists every command with its summary, itself too', async () => {
  const { code, printed } = await help();
  expect(code).toBe(0);
  expect(printed).toContain('  fetch  Fetch one source');
  expect(printed).toContain('  help   What the commands are, or all about one of them');
});

it('says everything about one command, options aligned', async () => {
  const { printed } = await help('fetch');
  expect(printed).toEqual([
    'Fetch one source',
    '',
    'usage: cascade-watch fetch <source> [--base-url URL] [--json]',
    '',
    '  --base-url URL  Replaces the address',
    '  --json          JSON lines',
  ]);
});

it('an unknown command is wrong usage, with those there are', async () => {
  await expect(help('dance')).rejects.toMatchObject({
    exitCode: 64,
    message: 'there is no command “dance”; there is fetch, help',
  });
});

it('every command can be explained, on lines that fit a terminal', async () => {
  for (const { name } of COMMAND_LINE) {
    const { context, printed } = cliContext();
    await createHelpCommand(COMMAND_LINE).run(context, { options: {}, positionals: [name] });
    expect(printed[0]?.length, name).toBeGreaterThan(10);
    for (const line of printed) expect(line.length, line).toBeLessThanOrEqual(100);
  }
});
