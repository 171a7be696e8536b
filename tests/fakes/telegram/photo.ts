import { crc32 } from 'node:zlib';
import { badRequest } from './refusal.ts';

const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
const SIDES_MAX_PIXELS = 10_000;
const RATIO_MAX = 20;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Refuses what the platform would not take as a photo. Only PNG is read here. */
export function checkPhoto(data: Buffer): { width: number; height: number } {
  if (data.length === 0) throw badRequest('File must be non-empty');
  if (data.length > PHOTO_MAX_BYTES) {
    throw badRequest(
      `File of size ${data.length} bytes is too big for a photo; the maximum size is ${PHOTO_MAX_BYTES} bytes`,
    );
  }
  const size = readPng(data);
  if (size === undefined) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (!(width + height <= SIDES_MAX_PIXELS && ratio <= RATIO_MAX)) {
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  }
  return size;
}

/** Walks the chunks with their checksums; undefined: no whole PNG. */
function readPng(data: Buffer): { width: number; height: number } | undefined {
  if (!data.subarray(0, 8).equals(SIGNATURE)) return undefined;
  let size: { width: number; height: number } | undefined;
  let pixels = false;
  let at = 8;
  while (at + 12 <= data.length) {
    const length = data.readUInt32BE(at);
    const body = data.subarray(at + 4, at + 8 + length);
    if (at + 12 + length > data.length) return undefined;
    if (crc32(body) !== data.readUInt32BE(at + 8 + length)) return undefined;
    const type = body.toString('latin1', 0, 4);
    if (type === 'IHDR') size = { width: body.readUInt32BE(4), height: body.readUInt32BE(8) };
    if (type === 'IDAT') pixels = true;
    if (type === 'IEND') return pixels ? size : undefined;
    at += 12 + length;
  }
  return undefined;
}
