import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Observation } from '../signals/model/observations.ts';
import { chunks } from './chunks.ts';
import { gunzipText, gzipText } from './compress.ts';
import type { SourceSnapshot } from './store.ts';

/** One stringify of 2,000 positions takes about 3 ms; all 200,000 at once would hold everything up. */
const OBSERVATIONS_PER_PART = 2000;

const LENGTH_BYTES = 4;

/**
 * A snapshot as bytes: gzip parts, each behind its length (uint32, little-endian). The first part
 * is the snapshot without its observations, the others are arrays of observations.
 */
export async function encodeSnapshot(snapshot: SourceSnapshot): Promise<Uint8Array> {
  const { observations, ...head } = snapshot;
  const parts = [await gzipText(JSON.stringify(head))];
  for (const part of chunks(observations, OBSERVATIONS_PER_PART)) {
    parts.push(await gzipText(JSON.stringify(part)));
    await nextTurn();
  }
  const bytes = Buffer.alloc(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.writeUInt32LE(part.length, at);
    bytes.set(part, at + LENGTH_BYTES);
    at += LENGTH_BYTES + part.length;
  }
  return bytes;
}

/** Throws AppError `store/unreadable` on bytes that `encodeSnapshot` did not make. */
export async function decodeSnapshot(bytes: Uint8Array): Promise<SourceSnapshot> {
  const [first, ...rest] = splitParts(bytes);
  if (first === undefined) throw new AppError('store/unreadable', 'a snapshot is empty');
  const head = JSON.parse(await gunzipText(first)) as Omit<SourceSnapshot, 'observations'>;
  const observations: Observation[] = [];
  for (const part of rest) {
    for (const one of JSON.parse(await gunzipText(part)) as Observation[]) observations.push(one);
    await nextTurn();
  }
  return { ...head, observations };
}

function* splitParts(bytes: Uint8Array): Generator<Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < view.length) {
    const start = at + LENGTH_BYTES;
    const end = start > view.length ? Number.NaN : start + view.readUInt32LE(at);
    if (!(end <= view.length)) throw new AppError('store/unreadable', 'a snapshot is cut off');
    yield view.subarray(start, end);
    at = end;
  }
}
