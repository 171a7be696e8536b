import { Refusal } from './refusal.ts';

export interface Part {
  name: string;
  /** Present: the part is a file. */
  filename?: string;
  data: Buffer;
}

/**
 * The parts of a multipart/form-data body. Header names in any case, with or without a space after
 * the colon, no content type needed, no line end after the last boundary: telegraf sends it so.
 */
export function readMultipart(body: Buffer, contentType: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new Refusal(400, 'Bad Request: boundary not found');
  const opening = Buffer.from(`--${boundary}`);
  const separator = Buffer.from(`\r\n--${boundary}`);
  if (!body.subarray(0, opening.length).equals(opening)) throw endless();
  const parts: Part[] = [];
  let at = opening.length;
  while (body.toString('latin1', at, at + 2) !== '--') {
    if (body.toString('latin1', at, at + 2) !== '\r\n') throw endless();
    const end = body.indexOf(separator, at);
    if (end < 0) throw endless();
    parts.push(readPart(body.subarray(at + 2, end)));
    at = end + separator.length;
  }
  return parts;
}

function readPart(part: Buffer): Part {
  const gap = part.indexOf('\r\n\r\n');
  if (gap < 0) throw new Refusal(400, 'Bad Request: headers in multipart/form-data are empty');
  const headers = part.toString('utf8', 0, gap).split('\r\n');
  const disposition = headers.find((line) => /^content-disposition:/i.test(line)) ?? '';
  if (!/^content-disposition:\s*form-data/i.test(disposition)) {
    throw new Refusal(400, 'Bad Request: expected form-data content disposition');
  }
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined || name === '') {
    throw new Refusal(400, 'Bad Request: field name in multipart/form-data not found');
  }
  const filename = /;\s*filename="([^"]*)"/i.exec(disposition)?.[1];
  const data = Buffer.from(part.subarray(gap + 4));
  return { name, data, ...(filename === undefined ? {} : { filename }) };
}

function endless(): Refusal {
  return new Refusal(400, 'Bad Request: unexpected end of request content');
}
