import { onTestFinished } from 'vitest';
import { startTelegram } from '../../fakes/telegram/telegram-server.ts';
import type { FakeTelegram, StartOptions } from '../../fakes/telegram/types.ts';

export const TOKEN = '123456:secret-of-the-bot';

export interface Message {
  message_id: number;
  message_thread_id?: number;
  is_topic_message?: boolean;
  from?: object;
  text?: string;
  entities?: object[];
  photo?: { file_id: string }[];
}

interface Membership {
  old_chat_member: { status: string };
  new_chat_member: { status: string };
}

export interface Update {
  update_id: number;
  message?: Message;
  edited_message?: Message;
  channel_post?: Message;
  edited_channel_post?: Message;
  callback_query?: { id: string; message?: object };
  my_chat_member?: Membership;
}

export interface Reply<Result = Message> {
  status: number;
  ok?: boolean;
  /** Absent from a refusal; tests look into it only where the call must be accepted. */
  result: Result;
  error_code?: number;
  description?: string;
  parameters?: Record<string, number>;
}

export type Call = <Result = Message>(method: string, fields?: object) => Promise<Reply<Result>>;

/** The fake, closed after the test, with a clock that stands until it is set. */
export async function start(options: Partial<StartOptions> = {}): Promise<{
  telegram: FakeTelegram;
  call: Call;
  clock: { at: number };
}> {
  const clock = { at: Date.UTC(2026, 0, 15, 12) };
  const telegram = await startTelegram({ token: TOKEN, now: () => clock.at, ...options });
  onTestFinished(() => telegram.close());
  return {
    telegram,
    clock,
    call: <Result>(method: string, fields?: object) => post<Result>(telegram, method, fields),
  };
}

/** A JSON call as any client would make it. */
export async function post<Result = Message>(
  telegram: FakeTelegram,
  method: string,
  fields: object = {},
  token = TOKEN,
): Promise<Reply<Result>> {
  const response = await fetch(`${telegram.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  return { ...((await response.json()) as Reply<Result>), status: response.status };
}

/** Resolves when a getUpdates is held. */
export async function untilHeld(telegram: FakeTelegram, count = 1): Promise<void> {
  const held = () =>
    telegram.calls.filter(({ method, pending }) => method === 'getUpdates' && pending).length;
  while (held() < count) await new Promise((resolve) => setImmediate(resolve));
}

export type Refused = Pick<Reply, 'ok' | 'error_code' | 'description'>;

/** A refusal in short: `400 Bad Request: …`. */
export function told(reply: Refused | undefined): string {
  if (reply === undefined) return 'no reply';
  return reply.ok === false ? `${reply.error_code} ${reply.description}` : 'accepted';
}
