import { gunzipSync } from 'node:zlib';

export type DecodedFrame =
  | { kind: 'json'; value: unknown }
  /** Bare words some venues say to stay connected. */
  | { kind: 'ping' }
  | { kind: 'pong' }
  /** Log-safe. */
  | { kind: 'bad'; why: string };

/** A frame as it came: gzip with a bound on what it may grow to, then JSON or a bare word. */
export function decodeFrame(
  data: Buffer,
  options: { gzip: boolean; maxBytes: number },
): DecodedFrame {
  let text: string;
  try {
    const plain = options.gzip ? gunzipSync(data, { maxOutputLength: options.maxBytes }) : data;
    text = plain.toString('utf8');
  } catch {
    return { kind: 'bad', why: 'a frame that is not gzip, or too large' };
  }
  if (text === 'ping' || text === 'pong') return { kind: text };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'bad', why: 'a frame that is not JSON' };
  }
}
