import { Telegram } from 'telegraf';
import type { Clock } from '../../../ports.ts';
import { type ApiAnswer, readFailure } from './api-answer.ts';
import { createGuardedAgent, type Wire, type WireProblem } from './guarded-agent.ts';

export interface CallOptions {
  deadlineMs: number;
  signal: AbortSignal;
}

/** The Bot API: calls that always end, and end in data. */
export interface TelegramApi {
  /** Structured parameters of a call that carries a file must be JSON text. Never rejects. */
  call(method: string, payload: object, options: CallOptions): Promise<ApiAnswer>;
  /** The time on Telegram's clock, epoch ms, as its answers told it; at first the machine's. */
  serverNow(): number;
}

export interface ApiParts {
  token: string;
  apiUrl: string;
  clock: Clock;
  mostAnswerBytes: number;
  /** Told the time on Telegram's clock (epoch ms) with every answer. */
  apiTimeSeen?(at: number): void;
}

export function createTelegramApi(parts: ApiParts): TelegramApi {
  const { clock } = parts;
  const root = parts.apiUrl.endsWith('/') ? parts.apiUrl : `${parts.apiUrl}/`;
  const guarded = createGuardedAgent(/^https:/i.test(root), parts.mostAnswerBytes);
  const client = new Telegram(parts.token, { apiRoot: root, agent: guarded.agent });
  // telegraf drops the agent given for a plain http root.
  client.options.agent = guarded.agent;
  // Its types end at Bot API 7.1; parameters are checked by the tests against the fake.
  const raw = client as unknown as {
    callApi(method: string, payload: object, options: { signal: AbortSignal }): Promise<unknown>;
  };
  let skewMs = 0;

  async function call(
    method: string,
    payload: object,
    { deadlineMs, signal }: CallOptions,
  ): Promise<ApiAnswer> {
    if (signal.aborted) return { kind: 'failed', received: false, reason: 'stopped' };
    const cut = new AbortController();
    let problem: WireProblem | undefined;
    const wire: Wire = {
      connected: false,
      refuse(why) {
        problem ??= why;
        cut.abort();
      },
    };
    const stopped = () => wire.refuse('stopped');
    signal.addEventListener('abort', stopped, { once: true });
    const done = new AbortController();
    clock.sleep(deadlineMs, done.signal).then(
      () => wire.refuse('deadline'),
      () => undefined,
    );
    try {
      const result = await guarded.watched(wire, () =>
        raw.callApi(method, payload, { signal: cut.signal }),
      );
      if (wire.answeredAt !== undefined) {
        skewMs = wire.answeredAt - clock.now();
        parts.apiTimeSeen?.(wire.answeredAt);
      }
      return { kind: 'ok', result };
    } catch (error) {
      return readFailure(error, wire, problem);
    } finally {
      done.abort();
      signal.removeEventListener('abort', stopped);
      // Whatever is left of an answer nobody read (telegraf reads none from 500 up) ends here.
      cut.abort();
    }
  }

  return { call, serverNow: () => clock.now() + skewMs };
}
