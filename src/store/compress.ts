import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { AppError } from '../errors.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The fastest level: higher ones take several times as long to save little on figures. */
const OPTIONS = { level: constants.Z_BEST_SPEED };

/** Text to gzip bytes, off the event loop. */
export async function gzipText(text: string): Promise<Uint8Array> {
  return await compress(text, OPTIONS);
}

/** Throws AppError `store/unreadable` on bytes that are not gzip (a checksum is checked). */
export async function gunzipText(bytes: Uint8Array): Promise<string> {
  try {
    return (await decompress(bytes)).toString('utf8');
  } catch (cause) {
    throw new AppError('store/unreadable', 'a compressed row is damaged', { cause });
  }
}
