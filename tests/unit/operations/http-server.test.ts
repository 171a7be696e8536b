import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ExitError } from '../../../src/errors.ts';
import { type Readiness, startOperationsServer } from '../../../src/operations/http-server.ts';

interface Answers {
  readiness?: () => Promise<Readiness>;
  metrics?: () => Promise<string>;
}

async function start(answers: Answers = {}, port = 0) {
  const server = await startOperationsServer({
    host: '127.0.0.1',
    port,
    readiness:
      answers.readiness ?? (async () => ({ ready: true, problems: [], details: { at: 1 } })),
    metrics: answers.metrics ?? (async () => 'up 1\n'),
  });
  onTestFinished(() => server.close());
  return server;
}

it('/healthz says that the process answers, whatever else is wrong', async () => {
  const broken = async (): Promise<never> => {
    throw new Error('hush-hush');
  };
  const { url } = await start({ readiness: broken, metrics: broken });
  const response = await fetch(`${url}/healthz`);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('alive\n');
});

it('/readyz is 200 with its facts when ready', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual({ ready: true, problems: [], at: 1 });
});

it('/readyz is 503 and names what is not ready', async () => {
  const { url } = await start({
    readiness: async () => ({ ready: false, problems: ['no evaluation yet'], details: {} }),
  });
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, problems: ['no evaluation yet'] });
});

it('/metrics is Prometheus text, also with a query', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/metrics?x=1`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('up 1\n');
});

it('HEAD is answered without a body', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/healthz`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

it('any other path is 404 and says which there are', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/admin`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('/readyz');
});

it('any other method is 405 and says which are allowed', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/healthz`, { method: 'POST', body: 'x' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

it('a failure inside is 500 without its reason, and the next request is answered', async () => {
  let calls = 0;
  const { url } = await start({
    metrics: async () => {
      calls += 1;
      if (calls === 1) throw new Error('hush-hush');
      return 'up 1\n';
    },
  });
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('hush-hush');
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
});

it('a taken port is exit code 69 with the address and what to change', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  const failure = await start({}, port).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ExitError);
  expect(failure).toMatchObject({
    exitCode: 69,
    message: `cannot listen on 127.0.0.1 port ${port}: the port is in use; change HTTP_HOST or HTTP_PORT`,
  });
});

it('closing ends open connections and frees the port', async () => {
  const server = await start();
  const port = Number(new URL(server.url).port);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await server.close();
  await ended;
  expect((await start({}, port)).url).toBe(server.url);
});
