import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { doctorCommand } from '../../../src/cli/doctor.ts';
import { cliContext } from '../../fakes/cli-context.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

const OFF = 'enabled: false';
const ONLY_MORPHO = `sources:
  binance-usdm: { ${OFF} }
  bybit: { ${OFF} }
  hyperliquid: { ${OFF} }
`;

async function doctor(environment: Record<string, string>, json = true) {
  const { context, printed } = cliContext({
    DATABASE_URL: join(await tempFolder(), 'doctor.db'),
    ...environment,
  });
  const code = await doctorCommand.run(context, { options: { json }, positionals: [] });
  return { code, printed };
}

async function configFile(yaml: string): Promise<string> {
  const { writeFile } = await import('node:fs/promises');
  const path = join(await tempFolder(), 'config.yaml');
  await writeFile(path, yaml);
  return path;
}

/** A lending protocol that answers with these rows, and nothing else on its host. */
async function morphoServer(items: unknown[]): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url !== '/morpho-blue/graphql') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: { marketPositions: { items } } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('a source that gives nothing is degraded: exit code 1, each check one line', async () => {
  const { code, printed } = await doctor({
    CONFIG_FILE: await configFile(ONLY_MORPHO),
    SOURCES_BASE_URL: await morphoServer([]),
  });
  expect(code).toBe(1);
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    { check: 'configuration', ok: true, detail: 'sources on: 1, off: 8' },
    { check: 'database', ok: true, detail: 'writable, 0 subscriptions' },
    {
      check: 'source morpho-blue',
      ok: false,
      detail: expect.stringMatching(/^0 figures from 0 rows in \d+ ms$/),
    },
  ]);
});

it('rows that cannot be read are counted in what it says', async () => {
  const { printed } = await doctor({
    CONFIG_FILE: await configFile(ONLY_MORPHO),
    SOURCES_BASE_URL: await morphoServer([{ nonsense: true }]),
  });
  expect(printed.at(-1)).toMatch(/0 figures from 1 rows in \d+ ms, 1 rows dropped/);
});

it('a database that cannot be opened is said, and the other checks are made', async () => {
  const folder = await tempFolder();
  const { code, printed } = await doctor(
    {
      DATABASE_URL: folder,
      CONFIG_FILE: await configFile(ONLY_MORPHO),
      SOURCES_BASE_URL: await morphoServer([]),
    },
    false,
  );
  expect(code).toBe(1);
  expect(printed).toHaveLength(3);
  expect(printed[1]).toMatch(/^BAD {2}database: ./);
});

it('with no source switched on it is not well', async () => {
  const { code, printed } = await doctor(
    { CONFIG_FILE: await configFile(`${ONLY_MORPHO}lending: { morpho-blue: { ${OFF} } }\n`) },
    false,
  );
  expect(code).toBe(1);
  expect(printed[0]).toBe('BAD  configuration: no source is enabled');
  expect(printed[1]).toBe('ok   database: writable, 0 subscriptions');
});

it('a bad configuration ends it at once: exit code 78', async () => {
  await expect(doctor({ LOG_LEVEL: 'loud' })).rejects.toMatchObject({ exitCode: 78 });
});
