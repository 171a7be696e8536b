import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startCommand } from '../../../src/cli/start.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { cliContext } from '../../fakes/cli-context.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

const NOTHING = { options: {}, positionals: [] };
const ALL_OFF = `sources:
  binance-usdm: { enabled: false }
  bybit: { enabled: false }
  hyperliquid: { enabled: false }
lending: { morpho-blue: { enabled: false } }
`;

async function environment(more: Record<string, string> = {}) {
  return {
    DATABASE_URL: join(await tempFolder(), 'start.db'),
    // A closed port: sources fail at once, without leaving this machine.
    SOURCES_BASE_URL: 'http://127.0.0.1:9',
    HTTP_PORT: '0',
    LOG_LEVEL: 'silent',
    ...more,
  };
}

it('with no source switched on there is nothing to watch: exit code 78', async () => {
  const file = join(await tempFolder(), 'config.yaml');
  writeFileSync(file, ALL_OFF);
  const { context } = cliContext(await environment({ CONFIG_FILE: file }));
  await expect(startCommand.run(context, NOTHING)).rejects.toMatchObject({
    exitCode: 78,
    message: 'no source is enabled: there would be nothing to watch',
  });
});

it('a taken port is exit code 69, and the database is closed', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const port = String((other.address() as AddressInfo).port);
  const variables = await environment({ HTTP_PORT: port });
  const { context } = cliContext(variables);
  await expect(startCommand.run(context, NOTHING)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining(`port ${port}: the port is in use`),
  });
  const store = await openStore({ url: variables.DATABASE_URL });
  await store.checkWritable();
  await store.close();
});

it('told to stop it ends with 0, also while it is still starting', async () => {
  const { context, stop } = cliContext(await environment());
  const running = startCommand.run(context, NOTHING);
  stop(new Error('stopped by SIGTERM'));
  expect(await running).toBe(0);
});
