import { afterEach } from 'vitest';
import { type FakeDiscord, startDiscord } from '../../fakes/discord/discord-server.ts';
import { list, record } from '../../fakes/discord/json.ts';

export const TOKEN = 'MTIz.fake.token';
export const START_AT = Date.UTC(2026, 0, 1);

/** Fields that tests read by name; everything else goes through `toMatchObject`. */
export interface Body {
  id: string;
  content: string;
  code?: number;
  version: string;
  retry_after: number;
  global: boolean;
  attachments: unknown[];
  embeds: { image: { url: string } }[];
  errors: unknown;
}

export interface Answered {
  status: number;
  headers: Headers;
  /** As parsed; a missing field reads as undefined and fails the expectation on it. */
  body: Body;
}

export interface Scene {
  discord: FakeDiscord;
  clock: { now: number };
  /** A request with the bot's token; a `FormData` goes as it is, anything else as JSON. */
  api(method: string, path: string, body?: unknown, token?: string): Promise<Answered>;
}

const open: FakeDiscord[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((discord) => discord.close()));
});

/** A fake with a clock that stands still; ended after the test. */
export async function scene(
  options: Omit<Parameters<typeof startDiscord>[0], 'token' | 'now'> = {},
): Promise<Scene> {
  const clock = { now: START_AT };
  const discord = await startDiscord({ token: TOKEN, now: () => clock.now, ...options });
  open.push(discord);
  return {
    discord,
    clock,
    async api(method, path, body, token = TOKEN) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${discord.url}/v10${path}`, {
        method,
        redirect: 'manual',
        headers: {
          Authorization: `Bot ${token}`,
          ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
}

/** The answer of a route that gives a list. */
export function listed({ body }: Answered): (Body & { name: string })[] {
  if (!Array.isArray(body)) throw new Error('the answer is no list');
  return body;
}

/** The first code at a place in the nested errors of a 50035, as `embeds.0.title`. */
export function errorCode({ body }: Answered, path: string): unknown {
  const node = path.split('.').reduce<unknown>((at, part) => record(at)[part], record(body.errors));
  return record(list(record(node)['_errors'])[0])['code'];
}

/** `payload_json` and `files[n]`, as every client sends files. */
export function form(payload: unknown, files: readonly { name: string; bytes: Uint8Array }[]) {
  const data = new FormData();
  data.set('payload_json', JSON.stringify(payload));
  files.forEach((file, index) => {
    data.set(`files[${index}]`, new Blob([new Uint8Array(file.bytes)]), file.name);
  });
  return data;
}

/** Bytes that a text decoder would spoil. */
export const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 255, 128, 13, 10, 45, 45,
]);
