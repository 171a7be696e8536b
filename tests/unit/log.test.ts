import { expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';

type Level = Parameters<typeof createLogger>[0]['level'];

function recording(secrets: readonly string[] = [], level: Level = 'debug') {
  let text = '';
  const destination = {
    write(part: string) {
      text += part;
    },
  };
  return {
    log: createLogger({ level, secrets, destination }),
    text: () => text,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

it('a line is one JSON object with time, level by name, fields and message', () => {
  const { log, lines } = recording();
  log.warn({ source: 'bybit', gaps: 2 }, 'a source left gaps');
  const [line] = lines();
  expect(line).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
    source: 'bybit',
    gaps: 2,
    msg: 'a source left gaps',
  });
});

it('line breaks and quotes in a field stay within the one line', () => {
  const { log, lines } = recording();
  log.info({ detail: 'a "b"\nc' }, 'x\ny');
  expect(lines()).toMatchObject([{ detail: 'a "b"\nc', msg: 'x\ny' }]);
});

it.each<[Level, number]>([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
])('level %s writes %d of the four levels', (level, count) => {
  const { log, lines } = recording([], level);
  log.debug({}, 'd');
  log.info({}, 'i');
  log.warn({}, 'w');
  log.error({}, 'e');
  expect(lines()).toHaveLength(count);
});

it('silent writes nothing', () => {
  const { log, text } = recording([], 'silent');
  log.error({}, 'e');
  expect(text()).toBe('');
});

it('fields of a child are on each of its lines', () => {
  const { log, lines } = recording();
  log.child({ source: 'bybit' }).info({ rows: 3 }, 'read');
  expect(lines()).toMatchObject([{ source: 'bybit', rows: 3 }]);
});

it('secrets vanish from messages, fields, keys further in, errors and their causes', () => {
  const secret = 'hush-hush-4711';
  const { log, text, lines } = recording([secret]);
  const failure = new Error('outer', { cause: new Error(`refused for ${secret}`) });
  log.info({}, `token ${secret}, again ${secret}`);
  log.info({ list: [{ deep: secret }], [secret]: 1 }, 'fields');
  log.error({ error: failure }, 'failed');
  log.child({ token: secret }).warn({}, 'child');
  expect(text()).not.toContain(secret);
  expect(lines()).toMatchObject([
    { msg: 'token [secret], again [secret]' },
    { list: [{ deep: '[secret]' }], '[secret]': 1 },
    { error: 'outer: refused for [secret]' },
    { token: '[secret]' },
  ]);
});

it('a secret with characters JSON escapes vanishes too', () => {
  const { log, text } = recording(['pass"word\\4711']);
  log.info({ detail: 'pass"word\\4711' }, 'pass"word\\4711');
  expect(text()).not.toContain('word');
  expect(text()).not.toContain('4711');
});

it('a secret that begins another one does not leave the rest of it', () => {
  const { log, text } = recording(['hush-hush', 'hush-hush-4711']);
  log.info({ detail: 'hush-hush-4711 hush-hush' }, 'x');
  expect(text()).toContain('[secret] [secret]');
});

it('an error is its message chain, without stack, class or context', () => {
  const { log, text, lines } = recording();
  const cause = new AppError('x/y', 'the inner reason', { context: { private: 'detail' } });
  log.error({ error: new TypeError('the outer one', { cause }) }, 'failed');
  expect(lines()).toMatchObject([{ error: 'the outer one: the inner reason' }]);
  expect(text()).not.toMatch(/log\.test|TypeError|private/);
});

it.each(['error', 'err', 'cause'])('of a URL in %s only scheme and host are told', (key) => {
  const { log, lines } = recording();
  const message = 'GET https://me:pw@api.telegram.test/bot123:token/x?y=z failed (http://b.test)';
  log.error({ [key]: new Error(message) }, 'failed');
  expect(lines()).toMatchObject([
    { [key]: 'GET https://api.telegram.test/… failed (http://b.test)' },
  ]);
});
