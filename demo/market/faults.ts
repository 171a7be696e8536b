import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Ways in which a source can fail: `timeout` never answers, `429` asks for patience, `html` answers
 * 200 with a web page, `500` fails, `reset` cuts the connection, `frozen` goes on answering with the
 * numbers and time stamps of the moment it froze, `none` heals it.
 */
export const FAULT_KINDS = ['timeout', '429', 'html', '500', 'reset', 'frozen', 'none'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const RETRY_AFTER_SECONDS = 5;
const MAINTENANCE =
  '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>';

/** Answers as the fault does. False when the request should be answered normally. */
export function answerFault(
  kind: FaultKind,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  switch (kind) {
    case 'timeout':
      return true;
    case '429':
      response.writeHead(429, {
        'content-type': 'application/json',
        'retry-after': String(RETRY_AFTER_SECONDS),
      });
      response.end(JSON.stringify({ code: -1003, msg: 'Too many requests.' }));
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(MAINTENANCE);
      return true;
    case '500':
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('Internal Server Error');
      return true;
    case 'reset':
      request.socket.destroy();
      return true;
    case 'frozen':
    case 'none':
      return false;
  }
}
