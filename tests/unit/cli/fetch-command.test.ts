import { expect, it } from 'vitest';
import { fetchCommand } from '../../../src/cli/fetch-command.ts';
import { cliContext } from '../../fakes/cli-context.ts';

it.each(['not-a-url', '127.0.0.1:9', 'ftp://127.0.0.1/', 'http://', 'http:///path', ''])(
  'the base URL %j is wrong usage',
  async (url) => {
    const { context, printed } = cliContext();
    const args = { options: { 'base-url': url }, positionals: ['bybit'] };
    await expect(fetchCommand.run(context, args)).rejects.toMatchObject({
      exitCode: 64,
      message: '--base-url must be an http(s) URL',
    });
    expect(printed).toEqual([]);
  },
);
