import { readMultipart } from './multipart.ts';
import { badRequest, Refusal } from './refusal.ts';

/** A call as the platform sees it: every argument is text, structured ones are JSON. */
export interface ApiCall {
  /** As written in the path; the platform does not mind its case. */
  method: string;
  args: Map<string, string>;
  files: Map<string, Buffer>;
  /** For the record: values as sent, files as `(<n> bytes)`. */
  payload: Record<string, unknown>;
}

/** Reads query string and body. Throws a Refusal for a body that cannot be read. */
export function readCall(method: string, query: URLSearchParams, type: string, body: Buffer) {
  const call: ApiCall = { method, args: new Map(), files: new Map(), payload: {} };
  addPairs(call, query);
  if (body.length === 0) return call;
  if (/^application\/json/i.test(type)) addJson(call, body.toString('utf8'));
  else if (/^application\/x-www-form-urlencoded/i.test(type)) {
    addPairs(call, new URLSearchParams(body.toString('utf8')));
  } else if (/^multipart\/form-data/i.test(type)) addParts(call, body, type);
  return call;
}

function addPairs(call: ApiCall, pairs: URLSearchParams): void {
  for (const [name, value] of pairs) {
    call.args.set(name, value);
    call.payload[name] = value;
  }
}

/** Values that are no text stay JSON, `null` too: a null chat_id is the text "null" to the platform. */
function addJson(call: ApiCall, body: string): void {
  const fields = parseJson(body);
  if (!isRecord(fields)) throw new Refusal(400, 'Bad Request: JSON object expected');
  for (const [name, value] of Object.entries(fields)) {
    call.args.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    call.payload[name] = value;
  }
}

function addParts(call: ApiCall, body: Buffer, type: string): void {
  for (const part of readMultipart(body, type)) {
    if (part.filename === undefined) {
      call.args.set(part.name, part.data.toString('utf8'));
      call.payload[part.name] = part.data.toString('utf8');
    } else {
      call.files.set(part.name, part.data);
      call.payload[part.name] = `(${part.data.length} bytes)`;
    }
  }
}

export function textArg(call: ApiCall, name: string): string {
  return call.args.get(name) ?? '';
}

export function flagArg(call: ApiCall, name: string): boolean {
  return /^(true|yes|1)$/i.test(textArg(call, name));
}

/** Digits at the start, otherwise 0, as the platform reads numbers. */
export function integerArg(call: ApiCall, name: string, fallback = 0): number {
  const text = textArg(call, name);
  return text === '' ? fallback : readInteger(text);
}

export function readInteger(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) ? value : 0;
}

/** Undefined when the argument is absent; `what` names it in the refusal. */
export function jsonArg(call: ApiCall, name: string, what: string): unknown {
  const text = textArg(call, name);
  if (text === '') return undefined;
  const value = parseJson(text);
  if (value === undefined) throw badRequest(`Can't parse ${what} JSON object`);
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined: no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
