import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type ApiCall, isRecord, textArg } from './api-call.ts';
import type { FaultKind, FaultRule } from './types.ts';

export interface Faults {
  add(rule: FaultRule): { remove(): void };
  /** The fault of this call; uses it up once. */
  take(call: ApiCall): FaultKind | undefined;
}

export interface Answer {
  status: number;
  body: object | string;
  headers: Record<string, string>;
}

export function createFaults(): Faults {
  const rules: { rule: FaultRule; left: number }[] = [];
  return {
    add(rule) {
      const one = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(one);
      return {
        remove() {
          one.left = 0;
        },
      };
    },
    take(call) {
      const one = rules.find(({ rule, left }) => left > 0 && fits(rule, call));
      if (one === undefined) return undefined;
      one.left -= 1;
      return one.rule.kind;
    },
  };
}

function fits({ method, chat }: FaultRule, call: ApiCall): boolean {
  if (chat !== undefined && textArg(call, 'chat_id') !== String(chat.id)) return false;
  if (method instanceof RegExp) return method.test(call.method);
  return method === undefined || method.toLowerCase() === call.method.toLowerCase();
}

/**
 * Does the part of a fault that comes before the call's effect. Gives `go` when the call is to be
 * worked on, an answer that replaces it, or nothing when there will be none.
 */
export async function beforeEffect(
  fault: FaultKind | undefined,
  response: ServerResponse,
  closed: AbortSignal,
): Promise<'go' | Answer | undefined> {
  if (fault === undefined) return 'go';
  if (fault === 'reset-before') return reset(response);
  if (fault === 'silence-before') return undefined;
  if (typeof fault === 'string') return 'go';
  if ('delayMs' in fault) {
    await wait(fault.delayMs, undefined, { signal: closed }).catch(() => undefined);
    return closed.aborted ? undefined : 'go';
  }
  if ('status' in fault) return statusAnswer(fault);
  if ('redirect' in fault) {
    return { status: 302, body: '', headers: { location: fault.redirect } };
  }
  return 'go';
}

/** What the fault leaves of the answer. Nothing: it is lost. */
export function afterEffect(
  fault: FaultKind | undefined,
  response: ServerResponse,
  answer: Answer,
): Answer | undefined {
  if (fault === 'reset-after') return reset(response);
  if (fault === 'silence-after') return undefined;
  if (fault === 'garbage') return { ...answer, status: 200, body: '<html>not what you expect' };
  if (typeof fault === 'object' && 'oversize' in fault && typeof answer.body === 'object') {
    const bytes = JSON.stringify({ ...answer.body, padding: '' }).length;
    const padding = 'x'.repeat(Math.max(0, fault.oversize - bytes));
    return { ...answer, body: { ...answer.body, padding } };
  }
  return answer;
}

function statusAnswer(fault: Extract<FaultKind, { status: number }>): Answer {
  const { status, headers = {} } = fault;
  const body = fault.body ?? {
    ok: false,
    error_code: status,
    description: STATUS_CODES[status] ?? 'Error',
  };
  const parameters = isRecord(body) ? body['parameters'] : undefined;
  const retryAfter = isRecord(parameters) ? parameters['retry_after'] : undefined;
  const waiting = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, body, headers: { ...waiting, ...headers } };
}

/** Cuts the connection with a TCP reset. */
function reset(response: ServerResponse): undefined {
  response.socket?.resetAndDestroy();
  return undefined;
}
