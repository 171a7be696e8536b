import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHeartbeat } from '../../../src/operations/heartbeat.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';

const SECRET = 'hush-hush-4711';

/** A server that answers with this status; `calls` are the paths asked for. */
async function answering(status: number, headers: Record<string, string> = {}) {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    response.writeHead(status, headers).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/${SECRET}`, calls, close };
}

it('each call is one GET, and a good answer is not worth a line', async () => {
  const { url, calls } = await answering(200);
  const log = new RecordingLogger();
  const beat = createHeartbeat(url, log);
  await beat();
  await beat();
  expect(calls).toEqual([`GET /${SECRET}`, `GET /${SECRET}`]);
  expect(log.lines).toEqual([]);
});

it('without a URL nothing happens', async () => {
  const log = new RecordingLogger();
  await expect(createHeartbeat(undefined, log)()).resolves.toBeUndefined();
  expect(log.lines).toEqual([]);
});

it('a refusal is told by its status, without the URL', async () => {
  const { url } = await answering(404);
  const log = new RecordingLogger();
  await createHeartbeat(url, log)();
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { status: 404 } }]);
  expect(JSON.stringify(log.lines)).not.toContain(SECRET);
});

it('a redirect is not followed: the URL is for one server only', async () => {
  const target = await answering(200);
  const { url } = await answering(302, { location: target.url });
  const log = new RecordingLogger();
  await createHeartbeat(url, log)();
  expect(target.calls).toEqual([]);
  expect(log.lines).toMatchObject([{ level: 'warn' }]);
  expect(JSON.stringify(log.lines)).not.toContain(SECRET);
});

it('a server that is not there is told by its kind, without the URL, and throws nothing', async () => {
  const { url, close } = await answering(200);
  await close();
  const log = new RecordingLogger();
  await expect(createHeartbeat(url, log)()).resolves.toBeUndefined();
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { kind: 'ECONNREFUSED' } }]);
  expect(JSON.stringify(log.lines)).not.toContain(SECRET);
});

it('a URL that is none throws nothing either', async () => {
  const log = new RecordingLogger();
  await expect(createHeartbeat(`no url ${SECRET}`, log)()).resolves.toBeUndefined();
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain(SECRET);
});
